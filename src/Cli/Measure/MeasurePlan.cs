using System.Globalization;
using SparseProf.Cli.Sweep.Plan;
using SparseProf.CostModel.Decisions;
using SparseProf.CostModel.Latency;
using SparseProf.Ops;
using SparseProf.Ops.Errors;
using SparseProf.Ops.Units;
using SparseProf.Profiler.Experiment;
using SparseProf.Profiler.Kernels;
using SparseProf.Profiler.Workers;
using SparseProf.Store;
using KernelRows = SparseProf.CostModel.Latency.KernelTable;

namespace SparseProf.Cli.Measure;

/// <summary>A list of kernels to measure, exactly these: rows of a kernel CSV with latency left empty, or the kernels of a sweep's plan.</summary>
internal sealed class MeasurePlan
{
    private readonly KernelRows _table;
    private readonly List<(KernelRow Row, Op Op)> _rows;

    private MeasurePlan(KernelRows table, List<(KernelRow Row, Op Op)> rows)
    {
        _table = table;
        _rows = rows;
    }

    /// <exception cref="UserErrorException">Not a kernel CSV or a plan of kernels, or a row that no device can be asked for.</exception>
    public static MeasurePlan Read(string path)
    {
        var table = PlanReader.IsPlan(path) ? KernelEntries.Table(PlanReader.Read(path)) : KernelRows.Read(path, needLatency: false);
        return new(table, [.. table.Rows.Select(row => (row, PlannedOp.Of(row, path)))]);
    }

    /// <summary>One group a row: every kernel of the processor that can compute it, in turns.</summary>
    public IEnumerable<CaseGroup> Groups(SuiteOptions options, IReadOnlyList<IKernel> dense, IReadOnlyList<IKernel> sparse)
    {
        foreach (var (row, op) in _rows.DistinctBy(planned => planned.Op.Text))
        {
            if (op.DType != DType.Fp32)
                throw Problem(row, $"the CPU kernels do not compute in {op.DType.Name()}", "fp32 on the CPU; the other types with --gpu");
            var kernels = (row.Call.Pattern is SparsityPattern.Dense ? dense : sparse).For(op);
            if (kernels.Count == 0)
                throw Problem(row, $"no kernel of the CPU computes {op.Text}", "gemm and conv2d, softmax, layer_norm and elementwise");
            yield return new KernelGroup(op.Text, kernels.Select(kernel => (op, kernel)), TimingMode.Hot, options.Threads, options.Seed);
        }
    }

    /// <summary>Jobs for a GPU, every library that can compute a row.</summary>
    public IReadOnlyList<GpuJob> Jobs(bool quick) =>
        [.. _rows.DistinctBy(planned => planned.Op.Text).SelectMany(planned => GpuKernels.Of(planned.Row.Call).Count > 0
            ? GpuKernels.Jobs(planned.Row.Call, planned.Op, quick)
            : throw Problem(planned.Row, $"no kernel of the GPU suite computes {planned.Row.Call.Family}", "gemm of any pattern, dense moe_ffn"))];

    /// <summary>Writes the rows in their order with <c>latency_s</c> from the fastest verified kernel of the run, empty where none succeeded, and the kernel's name.</summary>
    /// <returns>Rows that were measured.</returns>
    public int WriteResults(string path, string database, long runId)
    {
        using var reader = MeasurementReader.Open(database);
        var best = TimedMeasurement.Load(reader, reader.Measurements(runId)).Where(measured => measured.Row.Verified)
            .GroupBy(measured => measured.Row.Op).ToDictionary(same => same.Key, same => same.MinBy(measured => measured.Time.Value)!);
        var mixtures = _rows.Exists(planned => planned.Op is MoeFfn);
        string[] added = ["latency_s", "kernel_name", "latency_low_s", "latency_high_s", "power_w", .. mixtures ? ["matrices"] : Array.Empty<string>()];
        using var writer = new StreamWriter(path);
        writer.WriteLine(CsvText.Line([.. _table.Header.Where(column => !added.Contains(column)), .. added]));
        var measured = 0;
        foreach (var (row, op) in _rows)
        {
            var found = best.GetValueOrDefault(op.Text);
            measured += found is null ? 0 : 1;
            var power = found is { Result: { EnergyJ: { } energy, EnergyWindowS: { } window } } && window > 0 ? energy * (found.Result.EnergyCalls ?? 1) / window : (double?)null;
            writer.WriteLine(CsvText.Line(
            [
                .. row.Fields.Where((_, i) => !added.Contains(_table.Header[i])),
                Number(found?.Time.Value), found?.Row.Kernel ?? "", Number(found?.Time.Low), Number(found?.Time.High), Number(power),
                .. mixtures ? [(op as MoeFfn)?.Matrices.ToString(CultureInfo.InvariantCulture) ?? ""] : Array.Empty<string>(),
            ]));
        }

        return measured;
    }

    private UserErrorException Problem(KernelRow row, string what, string allowed) =>
        new(ErrorKind.WrongUsage, what) { Where = $"{_table.Path}:{row.Line}", Allowed = allowed };

    private static string Number(double? value) => value?.ToString("G9", CultureInfo.InvariantCulture) ?? "";
}
