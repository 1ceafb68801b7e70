using System.Globalization;
using SparseProf.Cli.Measure;
using SparseProf.CostModel.Latency;
using SparseProf.Ops;
using SparseProf.Ops.Architectures;
using SparseProf.Ops.Errors;
using SparseProf.Ops.Units;
using SparseProf.Profiler.Training;
using SparseProf.Workloads;

namespace SparseProf.Cli.Sweep.Plan;

/// <summary>
/// The cases of a plan in their fixed order: repeat, then kernels, models, training, each entry as it stands in the file,
/// then device, then the axes with the pattern varying fastest. A case that is asked for twice is there once.
/// </summary>
/// <param name="LeftOut">Combinations that cannot be measured, counted by reason.</param>
internal sealed record PlanCases(IReadOnlyList<PlannedCase> Cases, IReadOnlyDictionary<string, int> LeftOut)
{
    private static readonly Seconds s_kernelTime = new(30);
    private static readonly Seconds s_modelTime = new(120);
    private static readonly Seconds s_trainingTime = new(3600);

    /// <exception cref="UserErrorException">An op that is not measured, too many cases, or none.</exception>
    public static PlanCases Of(SweepPlan plan)
    {
        var cases = new List<PlannedCase>();
        var leftOut = new Dictionary<string, int>();
        Count(plan);
        foreach (var repeat in plan.Repeats)
        {
            foreach (var entry in plan.Kernels)
                Add(entry.Settings, device => Kernels(plan, entry, device, repeat));
            foreach (var entry in plan.Models)
                Add(entry.Settings, device => Models(plan, entry, device, repeat));
            foreach (var entry in plan.Training)
                Add(entry.Settings, device => Trainings(plan, entry, device, repeat));
        }

        if (cases.Count == 0)
            throw new UserErrorException(ErrorKind.WrongUsage, "nothing of the plan can be measured") { Where = plan.Path, Allowed = string.Join("; ", leftOut.Select(reason => $"{reason.Value} left out: {reason.Key}")) };
        return new PlanCases([.. cases.DistinctBy(planned => planned.Key)], leftOut);

        void Add(EntrySettings settings, Func<PlannedDevice, IEnumerable<(PlannedCase? Case, string? Misfit)>> of)
        {
            foreach (var device in plan.Devices.Where(device => settings.Devices.Count == 0 || settings.Devices.Contains(device.Name)))
            {
                foreach (var (planned, misfit) in of(device))
                {
                    if (planned is not null)
                        cases.Add(planned);
                    else
                        leftOut[misfit!] = leftOut.GetValueOrDefault(misfit!) + 1;
                }
            }
        }
    }

    private static IEnumerable<(PlannedCase? Case, string? Misfit)> Kernels(SweepPlan plan, KernelEntry entry, PlannedDevice device, int repeat)
    {
        foreach (var row in entry.Rows)
        {
            var misfit = row.Call is { Kind: KernelKind.Gemm } call && call.Pattern.Misfit((long)call.N, (long)call.K) is { } shape
                ? $"{row.Call.Pattern} does not fit: {shape}"
                : null;
            var op = misfit is null ? PlannedOp.Of(row, entry.Path) : null;
            misfit ??= device.IsGpu ? GpuMisfit(row.Call) : CpuMisfit(op!);
            yield return misfit is not null
                ? (null, misfit)
                : (new KernelCase(PlannedCase.KeyOf("kernel", op!.Text, device, plan, repeat), op, row.Call, device, repeat, entry.Settings.TimePerCase ?? s_kernelTime), null);
        }
    }

    private static string? CpuMisfit(Op op) => op switch
    {
        { DType: not DType.Fp32 } => $"the CPU's kernels compute in fp32, not in {op.DType.Name()}",
        MoeFfn => "the CPU has no kernel for moe_ffn",
        Gemm { Batch: > 1 } => "the CPU has no kernel for batches of products",
        _ => null,
    };

    private static string? GpuMisfit(KernelCall call) => GpuKernels.Of(call).Count > 0 ? null : $"no GPU library of the suite computes {call.Family}";

    private static IEnumerable<(PlannedCase? Case, string? Misfit)> Models(SweepPlan plan, ModelEntry entry, PlannedDevice device, int repeat)
    {
        foreach (var workload in entry.Workloads)
        {
            var pattern = workload.Architecture is TransformerConfig transformer ? $" {transformer.EncoderPattern}" : "";
            var text = $"model {workload.Name}{pattern} batch={workload.Batch}";
            yield return device.IsGpu
                ? (null, "models are measured on the CPU")
                : (new ModelCase(PlannedCase.KeyOf("model", text, device, plan, repeat), text, workload, device, repeat, entry.Settings.TimePerCase ?? s_modelTime), null);
        }
    }

    private static IEnumerable<(PlannedCase? Case, string? Misfit)> Trainings(SweepPlan plan, TrainingEntry entry, PlannedDevice device, int repeat)
    {
        var grid = entry.Grid;
        foreach (var point in
            from model in grid.Models
            from tokens in grid.Tokens
            from sparsity in grid.Sparsity
            from seed in grid.Seeds
            select grid with { Models = [model], Tokens = [tokens], Sparsity = [sparsity], Seeds = [seed] })
        {
            var text = Text(point, entry.Data);
            yield return (new TrainingPointCase(PlannedCase.KeyOf("training", text, device, plan, repeat), text, point, entry.Data, device, repeat, entry.Settings.TimePerCase ?? s_trainingTime), null);
        }
    }

    private static string Text(SweepFile point, string? data)
    {
        var (width, layers) = point.Models[0];
        return string.Create(
            CultureInfo.InvariantCulture,
            $"training width={width} layers={layers} tokens={point.Tokens[0]:0.###} sparsity={point.Sparsity[0]} method={point.Method} vocabulary={point.Vocabulary} sequence={point.Sequence} batch={point.Batch} rate={point.LearningRate} base_width={point.BaseWidth} seed={point.Seeds[0]}{(data is null ? "" : $" data={data}")}");
    }

    private static void Count(SweepPlan plan)
    {
        double cases = plan.Kernels.Sum(entry => (double)entry.Rows.Count)
            + plan.Models.Sum(entry => (double)entry.Workloads.Count)
            + plan.Training.Sum(entry => (double)entry.Grid.Models.Count * entry.Grid.Tokens.Count * entry.Grid.Sparsity.Count * entry.Grid.Seeds.Count);
        if (cases * plan.Devices.Count * plan.Repeats.Count > EntryText.MostCases)
            throw new UserErrorException(ErrorKind.WrongUsage, $"the plan multiplies to more than {EntryText.MostCases} cases") { Where = plan.Path, Next = "shorten an axis, or split the plan" };
    }
}
