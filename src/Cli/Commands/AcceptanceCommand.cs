using System.CommandLine;
using System.Diagnostics;
using SparseProf.Cli.Measure;
using SparseProf.Cli.Output;
using SparseProf.Ops.Errors;
using SparseProf.Ops.Units;
using SparseProf.Profiler.Doctor;
using SparseProf.Profiler.Experiment;
using SparseProf.Profiler.Sampling;
using SparseProf.Store;

namespace SparseProf.Cli.Commands;

/// <summary><c>sparseprof acceptance</c>: everything that a machine with a GPU must show, in one command.</summary>
internal static class AcceptanceCommand
{
    public static Command Build()
    {
        var gpu = new Option<int>("--gpu") { Description = "Index of the GPU.", DefaultValueFactory = _ => 0 };
        var minutes = new Option<double>("--minutes") { Description = "What all of it may take; cases that would not end in time are left out.", DefaultValueFactory = _ => 9.5 };
        var quick = new Option<bool>("--quick") { Description = "Fewer shapes and looser intervals." };
        var suite = new Option<string>("--suite") { Description = "What to measure: paper (models), kernels or all.", DefaultValueFactory = _ => "all", HelpName = "paper|kernels|all" };
        var dtype = new Option<string?>("--dtype") { Description = "Element type of the models: bf16 (default), fp16 or fp32.", HelpName = "TYPE" };
        var resume = new Option<bool>("--resume") { Description = "Leave out what the database already holds for this GPU." };
        var results = new Option<string?>("--results") { Description = "Write tables and a measured profile to a folder of the device below this one.", HelpName = "DIR" };
        var database = CommonOptions.Database();
        var json = CommonOptions.Json();
        var command = new Command("acceptance", "Checks a machine with a GPU: libraries, what each kernel supports, a product of known speed, kernels and models, tables.")
        {
            gpu, minutes, quick, suite, dtype, resume, results, database, json,
        };
        command.SetAction((parsed, cancel) =>
        {
            if (parsed.GetValue(minutes) is not (> 0 and <= 1440) and var given)
                throw new UserErrorException(ErrorKind.WrongUsage, $"{given} minutes is out of range") { Where = "--minutes", Allowed = "more than 0, up to 1440" };
            var options = new SuiteOptions { Suite = parsed.GetValue(suite)!, Quick = parsed.GetValue(quick), Threads = Environment.ProcessorCount };
            options.Check();
            var begun = Stopwatch.GetTimestamp();
            Console.Error.WriteLine("looking for libraries and trying every kernel once, at most a minute");
            var checks = CudaChecks.Run(new TimeBudget(TimeProvider.System, Examination.Time), parsed.GetValue(gpu)).ToList();
            AcceptanceFiles.Checks(checks, Console.Error);
            var left = new Seconds(Math.Max(1, 60 * parsed.GetValue(minutes) - Stopwatch.GetElapsedTime(begun).TotalSeconds));
            var request = new GpuRequest(
                parsed.GetValue(gpu), parsed.GetValue(database)!.FullName, options, MeasureCommand.ModelType(parsed.GetValue(dtype)), left,
                parsed.GetValue(resume), parsed.GetValue(json), string.Join(' ', parsed.Tokens.Select(token => token.Value).Prepend("sparseprof")));
            return Task.FromResult(Accept(request, checks, parsed.GetValue(results), cancel));
        });
        return command.WithExamples(
            "sparseprof acceptance --db gpu.db --results results  # about ten minutes on one GPU",
            "sparseprof acceptance --db gpu.db --quick            # a first look",
            "sparseprof acceptance --db gpu.db --resume           # go on after an interruption");
    }

    private static int Accept(GpuRequest request, IReadOnlyList<DoctorCheck> checks, string? results, CancellationToken cancel)
    {
        var ended = GpuMeasurement.Measure(request, cancel);
        using var reader = MeasurementReader.Open(request.Database);
        var evidence = ended.Evidence(reader);
        var verdicts = AcceptanceVerdicts.Of(evidence);
        GpuTables.Write(evidence, request.Json, Console.Out);
        // With --json standard output is one document.
        AcceptanceFiles.Verdicts(verdicts, request.Json ? Console.Error : Console.Out);
        if (results is not null)
            Console.Error.WriteLine($"tables and profile are in {AcceptanceFiles.Write(results, evidence, checks, verdicts)}");
        if (ended.Run.Failure is { } lost)
            throw lost;
        return ended.Run.Outcome == "interrupted" ? StopSignals.ExitCode : verdicts.Any(verdict => verdict.Passed == false) ? 1 : 0;
    }
}
