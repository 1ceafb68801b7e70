using System.CommandLine;
using SparseProf.Cli.Output;
using SparseProf.Cli.Reproduce;
using SparseProf.Ops.Errors;

namespace SparseProf.Cli.Commands;

/// <summary><c>sparseprof reproduce</c>: the paper's tables and figures, as printed and as measured here.</summary>
internal static class ReproduceCommand
{
    private const int Interrupted = 130;

    // Where the small models' trainings end neither at chance nor at 100 %.
    private const double UsualDifficulty = 0.25;

    private static readonly string[] s_names = ["table2", "table3", "figure2", "figure3", "robustness"];

    public static Command Build()
    {
        var what = new Argument<string>("WHAT") { Description = $"{string.Join(", ", s_names)}." };
        var data = new Option<string?>("--data") { Description = "Folder into which 'data get' put sst2 and cifar10; without it the data are synthetic, and called so.", HelpName = "DIR" };
        var difficulty = new Option<double>("--difficulty") { Description = "Of synthetic data: 0 (easy) to 1.", DefaultValueFactory = _ => UsualDifficulty, HelpName = "D" };
        var size = new Option<string?>("--size") { Description = "small trains on a CPU in minutes; full has the paper's sizes, and is the default with --data and --gpu.", HelpName = "small|full" };
        var seeds = new Option<int>("--seeds") { Description = "Trainings of each model; paired tests need 3.", DefaultValueFactory = _ => 3, HelpName = "N" };
        var steps = new Option<long?>("--steps") { Description = "Steps of each training, in place of the recipe's.", HelpName = "N" };
        var only = new Option<string[]>("--only") { Description = "Only these models of the table.", HelpName = "NAME", AllowMultipleArgumentsPerToken = true };
        var quick = new Option<bool>("--quick") { Description = "Time forward passes less closely; trainings stay as they are." };
        var threads = new Option<int?>("--threads") { Description = "Threads; all processors if not given.", HelpName = "N" };
        var gpu = new Option<int?>("--gpu") { Description = "Train on this GPU; forward passes are not timed there yet.", HelpName = "N" };
        var (database, json) = (CommonOptions.Database(), CommonOptions.Json());
        var command = new Command("reproduce", "The paper's tables II and III, figures 2 and 3 and its claim of robustness: as printed, and as measured here. What the database holds is not done again.")
        {
            what, data, difficulty, size, seeds, steps, only, quick, threads, gpu, database, json,
        };
        command.SetAction((parsed, cancel) =>
        {
            var name = parsed.GetValue(what)!.ToLowerInvariant();
            if (!s_names.Contains(name))
                throw Suggestion.UnknownName("table or figure", name, s_names, "WHAT");
            var request = new ReproduceRequest
            {
                Database = parsed.GetValue(database)!.FullName,
                Json = parsed.GetValue(json),
                Data = parsed.GetValue(data),
                Difficulty = parsed.GetValue(difficulty),
                Full = IsFull(parsed.GetValue(size), parsed.GetValue(data) is not null && parsed.GetValue(gpu) is not null),
                Quick = parsed.GetValue(quick),
                Seeds = Bounds.AtLeast(parsed.GetValue(seeds), "--seeds", 1),
                Steps = Bounds.AtLeast(parsed.GetValue(steps), "--steps", 1),
                Only = parsed.GetValue(only) ?? [],
                Threads = CommonOptions.CheckedThreads(parsed.GetValue(threads)),
                Gpu = parsed.GetValue(gpu),
                CommandLine = string.Join(' ', parsed.Tokens.Select(token => token.Value).Prepend("sparseprof")),
            };
            return Task.FromResult(name == "figure3" ? Figure3(request, cancel) : Models(name, request, cancel));
        });
        return command.WithExamples(
            "sparseprof reproduce table2                              # every part on synthetic data, in minutes on a CPU",
            "sparseprof reproduce table2 --only dense-cnn sparse-cnn-dst --seeds 5",
            "sparseprof reproduce table2 --data data --gpu 0          # the paper's sizes and data",
            "sparseprof reproduce robustness                          # little data, wrong labels, spoilt images",
            "sparseprof reproduce figure3 --json > figure3.json       # data for a chart");
    }

    private static int Models(string name, ReproduceRequest request, CancellationToken cancel)
    {
        var plans = new ReproducePlans(request);
        var run = new ReproduceRun(request);
        var planned = name switch { "figure2" => plans.Figure2(), "robustness" => plans.Robustness(), _ => plans.Table2() };
        var models = run.Train(planned, timed: name is "table2" or "table3", cancel);
        if (request.Json)
            JsonOutput.Write(ReproduceDocument.OfModels(name, request, models, run.DeviceText));
        else if (name == "table2")
            Table2.Write(request, models, run.DeviceText, Console.Out);
        else if (name == "table3")
            Table3.Write(request, models, run.DeviceText, Console.Out);
        else if (name == "robustness")
            Robustness.Write(request, models, run.DeviceText, Console.Out);
        else
            Figures.WriteFigure2(request, models, run.DeviceText, Console.Out);
        return ExitCode(run);
    }

    private static int Figure3(ReproduceRequest request, CancellationToken cancel)
    {
        var run = new ReproduceRun(request);
        var models = ReproducePlans.Figure3();
        var measured = run.Measure([.. models.SelectMany(model => new[] { model.Dense, model.Sparse })], cancel);
        var pairs = models.Select((model, i) => new InferencePair(model.Model, model.Dense, model.Sparse, ReproduceRun.Best(measured[2 * i]), ReproduceRun.Best(measured[2 * i + 1]))).ToList();
        if (request.Json)
            JsonOutput.Write(ReproduceDocument.OfFigure3(pairs, run.DeviceText));
        else
            Figures.WriteFigure3(pairs, run.DeviceText, Console.Out);
        return ExitCode(run);
    }

    private static int ExitCode(ReproduceRun run)
    {
        if (run.Outcome == "interrupted")
            Console.Error.WriteLine("next: the same command goes on where this one stopped");
        return run.Outcome == "interrupted" ? Interrupted : 0;
    }

    private static bool IsFull(string? size, bool usual) => size switch
    {
        null => usual,
        "small" => false,
        "full" => true,
        _ => throw Suggestion.UnknownName("size", size, ["small", "full"], "--size"),
    };
}
