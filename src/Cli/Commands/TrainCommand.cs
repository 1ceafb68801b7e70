using System.CommandLine;
using SparseProf.Cli.Output;
using SparseProf.Cli.Train;
using SparseProf.Ops;
using SparseProf.Ops.Errors;
using SparseProf.Workloads.Sparsity;
using SparseProf.Workloads.Training;
using SparseProf.Workloads.Training.Optimizers;

namespace SparseProf.Cli.Commands;

/// <summary><c>sparseprof train</c>: trains a dense or sparse model, or a sweep of language models, and stores what happened.</summary>
internal static class TrainCommand
{
    public static Command Build()
    {
        var workload = new Argument<string?>("workload") { Description = $"What to train: {string.Join(", ", TrainingRecipes.All.Select(recipe => recipe.Name))}.", Arity = ArgumentArity.ZeroOrOne };
        var size = new Option<string>("--size") { Description = "small trains on a CPU in minutes; full has the paper's sizes.", DefaultValueFactory = _ => "small", HelpName = "small|full" };
        var data = new Option<string?>("--data") { Description = "Folder of the real data; without it the data are synthetic (language-model: the .NET SDK's reference).", HelpName = "DIR" };
        var difficulty = new Option<double?>("--difficulty") { Description = "Of synthetic data: 0 (easy) to 1.", HelpName = "D" };
        var method = new Option<string?>("--method") { Description = $"How weights become sparse: {string.Join(", ", SparseMethods.Names)}.", HelpName = "METHOD" };
        var pattern = new Option<string?>("--pattern") { Description = $"Which weights are kept: {SparsityPatternText.Allowed}.", HelpName = "PATTERN" };
        var sparsity = new Option<double?>("--sparsity") { Description = "Share of single weights to drop; the same as --pattern csr@(1 − S).", HelpName = "S" };
        var distribution = new Option<string?>("--distribution") { Description = "How layers share the density: erk, uniform, or global for one magnitude threshold.", HelpName = "erk|uniform|global" };
        var interval = new Option<int?>("--update-interval") { Description = "Steps between updates of masks.", HelpName = "STEPS" };
        var denseLayers = new Option<string[]>("--dense-layer") { Description = "Layers that stay dense, in place of stem, classifier, pooler, head and routers.", HelpName = "PATH", AllowMultipleArgumentsPerToken = true };
        var steps = new Option<long?>("--steps") { Description = "Steps of the whole training.", HelpName = "N" };
        var batch = new Option<int?>("--batch") { Description = "Examples a step.", HelpName = "N" };
        var optimizer = new Option<string?>("--optimizer") { Description = "sgd (with momentum), adamw or lamb.", HelpName = "sgd|adamw|lamb" };
        var rate = new Option<double?>("--learning-rate") { Description = "The highest learning rate.", HelpName = "RATE" };
        var schedule = new Option<string?>("--schedule") { Description = "How it falls after its warm-up: cosine, linear or none.", HelpName = "cosine|linear|none" };
        var warmUp = new Option<double?>("--warm-up") { Description = "Share of the steps over which it rises.", HelpName = "SHARE" };
        var clip = new Option<double?>("--clip") { Description = "Largest norm of the gradients together.", HelpName = "NORM" };
        var balance = new Option<double?>("--load-balancing") { Description = "Weight of a mixture's load-balancing loss; 0 turns it off.", HelpName = "ALPHA" };
        var threads = new Option<int?>("--threads") { Description = "Threads; all processors if not given.", HelpName = "N" };
        var gpu = new Option<int?>("--gpu") { Description = "Train on this GPU, with a libtorch that has CUDA.", HelpName = "N" };
        var checkpoint = new Option<string?>("--checkpoint") { Description = "Keep the state in this file (safetensors), every minute and at the end.", HelpName = "FILE" };
        var resume = new Option<bool>("--resume") { Description = "Go on from the checkpoint; in a sweep, leave out what the database holds." };
        var sweep = new Option<string?>("--sweep") { Description = "Train a grid of language models: a JSON file, or default for the built-in one.", HelpName = "FILE" };
        var jobs = new Option<int?>("--jobs") { Description = "Trainings of a sweep at a time, one thread each; all processors if not given.", HelpName = "N" };
        var (seed, database, json) = (CommonOptions.Seed(), CommonOptions.Database(), CommonOptions.Json());
        var command = new Command("train", "Trains dense and sparse models: loss and accuracy beside FLOPs, time, energy and memory, all kept in the database.")
        {
            workload, size, data, difficulty, method, pattern, sparsity, distribution, interval, denseLayers, steps, batch, optimizer, rate, schedule, warmUp, clip, balance,
            threads, gpu, checkpoint, resume, sweep, jobs, seed, database, json,
        };
        command.SetAction((parsed, cancel) =>
        {
            var request = new TrainRequest
            {
                Database = parsed.GetValue(database)!.FullName,
                Json = parsed.GetValue(json),
                Resume = parsed.GetValue(resume),
                Threads = Positive(parsed.GetValue(threads), "--threads"),
                Gpu = parsed.GetValue(gpu),
                Data = parsed.GetValue(data),
                Difficulty = parsed.GetValue(difficulty),
                Checkpoint = parsed.GetValue(checkpoint),
                CommandLine = string.Join(' ', parsed.Tokens.Select(token => token.Value).Prepend("sparseprof")),
            };
            if (parsed.GetValue(sweep) is { } file)
            {
                return parsed.GetValue(workload) is null
                    ? Task.FromResult(SweepRun.Run(request, file, Positive(parsed.GetValue(jobs), "--jobs"), cancel))
                    : throw new UserErrorException(ErrorKind.WrongUsage, "a sweep says itself what it trains") { Where = "--sweep", Next = "leave the workload out" };
            }

            var recipe = TrainingRecipes.Find(parsed.GetValue(workload) ?? throw NoWorkload(), "train");
            var plan = Small(parsed.GetValue(size)!) ? recipe.Small : recipe.Full;
            if (request.Resume && request.Checkpoint is null)
                throw new UserErrorException(ErrorKind.WrongUsage, "there is nothing to resume from") { Where = "--resume", Next = "name the checkpoint with --checkpoint FILE" };
            plan = plan with
            {
                Seed = parsed.GetValue(seed),
                Steps = parsed.GetValue(steps) ?? plan.Steps,
                Batch = parsed.GetValue(batch) ?? plan.Batch,
                ClipNorm = parsed.GetValue(clip) ?? plan.ClipNorm,
                Optimizer = plan.Optimizer with { Kind = Named<OptimizerKind>(parsed.GetValue(optimizer), "--optimizer") ?? plan.Optimizer.Kind, LearningRate = parsed.GetValue(rate) ?? plan.Optimizer.LearningRate },
                Schedule = plan.Schedule with { Decay = Named<LearningRateDecay>(parsed.GetValue(schedule), "--schedule") ?? plan.Schedule.Decay, WarmUp = Share(parsed.GetValue(warmUp), "--warm-up") ?? plan.Schedule.WarmUp },
                Router = plan.Router with { LoadBalancing = parsed.GetValue(balance) ?? plan.Router.LoadBalancing },
                Sparsity = TrainSparsity.Of(plan.Sparsity, parsed.GetValue(method), parsed.GetValue(pattern), parsed.GetValue(sparsity)) with
                {
                    Distribution = Named<DensityDistribution>(parsed.GetValue(distribution), "--distribution") ?? plan.Sparsity.Distribution,
                    UpdateInterval = parsed.GetValue(interval) ?? plan.Sparsity.UpdateInterval,
                    DenseLayers = parsed.GetValue(denseLayers) is { Length: > 0 } paths ? paths : plan.Sparsity.DenseLayers,
                },
            };
            return Task.FromResult(TrainRun.Run(request, recipe, plan, cancel));
        });
        return command.WithExamples(
            "sparseprof train dense-cnn                                    # minutes on a CPU, on synthetic images",
            "sparseprof train dense-cnn --method rigl --sparsity 0.9       # the same, dynamically sparse",
            "sparseprof train sparse-cnn-dst --size full --data ~/cifar10 --gpu 0",
            "sparseprof train switch-moe --load-balancing 0                # what a mixture does without the loss",
            "sparseprof train dense-transformer --checkpoint t.safetensors --resume",
            "sparseprof train --sweep default                              # 36 language models for 'fit scaling'");
    }

    private static bool Small(string size) => size switch
    {
        "small" => true,
        "full" => false,
        _ => throw Suggestion.UnknownName("size", size, ["small", "full"], "--size"),
    };

    private static T? Named<T>(string? name, string where)
        where T : struct, Enum =>
        name is null ? null
        : Enum.TryParse<T>(name, ignoreCase: true, out var value) && Enum.IsDefined(value) && !char.IsAsciiDigit(name[0]) ? value
        : throw Suggestion.UnknownName(where.TrimStart('-'), name, [.. Enum.GetNames<T>().Select(known => known.ToLowerInvariant())], where);

    private static int? Positive(int? value, string where) => value is null or > 0
        ? value
        : throw new UserErrorException(ErrorKind.WrongUsage, $"{value} is too few") { Where = where, Allowed = "1 or more" };

    private static double? Share(double? value, string where) => value is null or (>= 0 and < 1)
        ? value
        : throw new UserErrorException(ErrorKind.WrongUsage, $"{value} is no share of the steps") { Where = where, Allowed = "0 up to, but not including, 1" };

    private static UserErrorException NoWorkload() => new(ErrorKind.WrongUsage, "nothing was named to train")
    {
        Allowed = string.Join(", ", TrainingRecipes.All.Select(recipe => recipe.Name)),
        Next = "sparseprof train dense-cnn, or sparseprof train --sweep default",
    };
}
