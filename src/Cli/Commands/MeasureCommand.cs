using System.CommandLine;
using SparseProf.Cli.Measure;
using SparseProf.Cli.Output;
using SparseProf.Ops;
using SparseProf.Ops.Errors;
using SparseProf.Profiler.Devices.Cuda;
using SparseProf.Profiler.Experiment;
using SparseProf.Workloads;

namespace SparseProf.Cli.Commands;

/// <summary><c>sparseprof measure</c>: verifies and times the paper's models and a suite of kernels, and stores every sample.</summary>
internal static class MeasureCommand
{
    public static Command Build()
    {
        var suite = new Option<string>("--suite") { Description = "What to measure: paper (models), kernels or all.", DefaultValueFactory = _ => "all", HelpName = "paper|kernels|all" };
        var workloads = new Option<string[]>("--workload") { Description = $"Only these models: {string.Join(", ", WorkloadCatalog.All.Select(workload => workload.Name))}.", HelpName = "NAME", AllowMultipleArgumentsPerToken = true };
        var patterns = new Option<string[]>("--pattern") { Description = $"Patterns of pruned-transformer: {SparsityPatternText.Allowed}.", HelpName = "PATTERN", AllowMultipleArgumentsPerToken = true };
        var batch = new Option<int?>("--batch") { Description = "Inputs of one forward pass; 1 if not given.", HelpName = "N" };
        var dtype = new Option<string?>("--dtype") { Description = "Element type of the models: fp32 on the CPU; bf16 (default), fp16 or fp32 on a GPU.", HelpName = "TYPE" };
        var threads = new Option<int?>("--threads") { Description = "Threads of every kernel; all processors if not given.", HelpName = "N" };
        var gpu = new Option<int?>("--gpu") { Description = "Measure this GPU; GPU 0 if not given and there is one, else the processor.", HelpName = "N" };
        var cpu = new Option<bool>("--cpu") { Description = "Measure the processor, even where there is a GPU." };
        var quick = new Option<bool>("--quick") { Description = "A first look: fewer cases, looser intervals, under a minute." };
        var budget = new Option<string?>("--time-budget") { Description = "Stop starting new cases after this time: 90s, 10m, 1h.", HelpName = "TIME" };
        var resume = new Option<bool>("--resume") { Description = "Leave out what the database already holds for this machine." };
        var plan = new Option<string?>("--plan") { Description = "Measure exactly the kernels of this CSV, or of a plan (YAML), in place of a suite; 'fit latency --plan-out' writes a CSV.", HelpName = "FILE" };
        var results = new Option<string?>("--plan-results") { Description = "Write the plan's rows with latency_s here, for 'fit latency --csv'.", HelpName = "FILE" };
        var (seed, database, json) = (CommonOptions.Seed(), CommonOptions.Database(), CommonOptions.Json());
        var command = new Command("measure", "Measures dense and sparse models and kernels on this machine: what sparsity promises beside what it delivers.")
        {
            suite, workloads, patterns, batch, dtype, threads, gpu, cpu, quick, budget, resume, plan, results, seed, database, json,
        };
        command.SetAction((parsed, cancel) =>
        {
            var wanted = parsed.GetValue(plan) is { } file ? MeasurePlan.Read(file) : null;
            if (wanted is null && parsed.GetValue(results) is not null)
                throw new UserErrorException(ErrorKind.WrongUsage, "--plan-results needs a plan") { Next = "give --plan FILE" };
            var settings = new SessionSettings { Quick = parsed.GetValue(quick), Budget = TimeSpanText.Parse(parsed.GetValue(budget), "--time-budget") };
            var index = GpuOf(parsed.GetValue(gpu), parsed.GetValue(cpu));
            var options = new SuiteOptions
            {
                Suite = parsed.GetValue(suite)!,
                Workloads = parsed.GetValue(workloads) ?? [],
                Patterns = [.. (parsed.GetValue(patterns) ?? []).Select(text => SparsityPatternText.Parse(text, "--pattern"))],
                Batch = parsed.GetValue(batch),
                Quick = settings.Quick,
                Threads = parsed.GetValue(threads) ?? Environment.ProcessorCount,
                Seed = parsed.GetValue(seed),
            };
            options.Check();
            if (index is { } found)
            {
                return Task.FromResult(GpuMeasurement.Run(
                    new GpuRequest(found, parsed.GetValue(database)!.FullName, options, ModelType(parsed.GetValue(dtype)), settings.Budget, parsed.GetValue(resume), parsed.GetValue(json), CommandLine(parsed))
                    {
                        Plan = wanted,
                        PlanResults = parsed.GetValue(results),
                    },
                    cancel));
            }

            RequireFp32(parsed.GetValue(dtype) ?? "fp32");
            var request = new MeasureRequest(options, settings, parsed.GetValue(database)!.FullName, parsed.GetValue(resume), parsed.GetValue(json), CommandLine(parsed)) { Plan = wanted, PlanResults = parsed.GetValue(results) };
            return Task.FromResult(CpuMeasurement.Run(request, cancel));
        });
        return command.WithExamples(
            "sparseprof measure                                   # every model of the paper and the kernel suite",
            "sparseprof measure --quick                           # a first look within a minute",
            "sparseprof measure --workload pruned-transformer --pattern csr@0.1 --pattern 2:4",
            "sparseprof measure --suite kernels --time-budget 2m  # the most informative cases first",
            "sparseprof measure --gpu 0 --time-budget 10m         # kernels and models of a GPU, with energy",
            "sparseprof measure --resume                          # go on where an interrupted run stopped",
            "sparseprof measure --plan plan.csv --plan-results measured.csv   # the kernels that 'fit latency --anchors 50 --plan-out plan.csv' chose",
            "sparseprof measure --json > run.json");
    }

    /// <summary>The GPU to measure, or null for the processor.</summary>
    private static int? GpuOf(int? asked, bool cpu)
    {
        if (cpu && asked is not null)
            throw new UserErrorException(ErrorKind.WrongUsage, "--gpu and --cpu exclude each other") { Next = "leave one of them out" };
        return cpu ? null : asked ?? (CudaDevices.Any() ? 0 : null);
    }

    /// <summary>Of models on a GPU; kernels are measured in all types.</summary>
    internal static DType ModelType(string? text)
    {
        var dtype = DTypes.Parse(text ?? "bf16", "--dtype");
        return dtype is DType.Fp32 or DType.Fp16 or DType.Bf16
            ? dtype
            : throw new UserErrorException(ErrorKind.WrongUsage, $"models do not run in {dtype.Name()}") { Where = "--dtype", Allowed = "fp32, fp16, bf16" };
    }

    private static void RequireFp32(string text)
    {
        if (DTypes.Parse(text, "--dtype") is var dtype && dtype != DType.Fp32)
        {
            throw new UserErrorException(ErrorKind.WrongUsage, $"the CPU kernels do not compute in {dtype.Name()}")
            {
                Where = "--dtype",
                Allowed = "fp32 on the CPU",
            };
        }
    }

    private static string CommandLine(ParseResult parsed) => string.Join(' ', parsed.Tokens.Select(token => token.Value).Prepend("sparseprof"));
}
