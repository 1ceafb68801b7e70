using SparseProf.CostModel.Decisions;
using SparseProf.Ops;
using SparseProf.Ops.Statistics;
using SparseProf.Ops.Units;
using SparseProf.Store.Rows;

namespace SparseProf.CostModel.Tests.Decisions;

/// <summary>Measurements with planted samples; also compiled into the tests of the command line.</summary>
internal static class Planted
{
    public static readonly GemmShape Shape = new(128, 3072, 768);

    public static SparsityPattern Csr(double density) => new SparsityPattern.Unstructured(new Fraction(density));

    public static Gemm Product(SparsityPattern pattern) => new(Shape, DType.Fp32, pattern);

    public static TimedMeasurement Dense(long id, string kernel, params double[] samples) =>
        Kernel(id, Product(SparsityPattern.Dense.Instance), kernel, samples);

    public static TimedMeasurement Sparse(long id, double density, params double[] samples) => Kernel(id, Product(Csr(density)), "csr", samples);

    /// <summary>One kernel of one op, in hot mode with two threads.</summary>
    public static TimedMeasurement Kernel(long id, Op op, string kernel, params double[] samples)
    {
        var described = MeasurementCase.For(op, kernel, TimingMode.Hot, Execution.Dense, verified: true);
        return Timed(
            new MeasurementRow
            {
                Id = id,
                RunId = 1,
                Key = $"key{id}",
                CaseKey = $"case{id}",
                StartedUtc = DateTimeOffset.UnixEpoch,
                Op = described.Op,
                OpKind = described.OpKind,
                Kernel = kernel,
                Dtype = described.Dtype,
                Pattern = described.Pattern,
                M = described.M,
                N = described.N,
                K = described.K,
                Batch = described.Batch,
                Mode = described.Mode,
                Execution = described.Pattern == "dense" ? Execution.Dense : Execution.Sparse,
                Threads = 2,
                DenseEquivalentFlops = described.DenseEquivalentFlops,
                NonzeroFlops = described.NonzeroFlops,
                WeightBytes = described.WeightBytes,
                Verified = true,
            },
            samples);
    }

    /// <summary>One forward pass of a model that takes a billion operations with all weights.</summary>
    /// <param name="kept">Share of the operations that are not with zeros.</param>
    public static TimedMeasurement Model(long id, string workload, string kernel, Execution execution, double kept, params double[] samples) => Timed(
        new MeasurementRow
        {
            Id = id,
            RunId = 1,
            Key = $"key{id}",
            CaseKey = $"case{id}",
            StartedUtc = DateTimeOffset.UnixEpoch,
            Workload = workload,
            Op = $"model {workload}",
            OpKind = "model",
            Kernel = kernel,
            Dtype = "fp32",
            Pattern = kept < 1 ? $"csr@{kept}" : "dense",
            Batch = 1,
            Mode = TimingMode.Hot,
            Execution = execution,
            Threads = 2,
            DenseEquivalentFlops = 1e9,
            NonzeroFlops = kept * 1e9,
            ParametersTotal = 2e6,
            ParametersActive = 2e6,
            ParametersNonzero = kept * 2e6,
            WeightBytes = 8e6,
            Verified = true,
        },
        samples);

    public static TimedMeasurement With(this TimedMeasurement measured, Func<MeasurementRow, MeasurementRow> change) => measured with { Row = change(measured.Row) };

    public static TimedMeasurement Doubted(this TimedMeasurement measured, Caveat caveat) =>
        measured with { Result = measured.Result with { Caveats = [new ObservedCaveat(caveat, "planted")] } };

    private static TimedMeasurement Timed(MeasurementRow row, double[] samples)
    {
        var result = new MeasurementResult
        {
            StopReason = "interval_narrow",
            ElapsedS = 1,
            SampleCount = samples.Length,
            CallsPerSample = 1,
            WarmUpCalls = 1,
            EnergyMissingBecause = row.OpKind == "model" ? "no counter" : null,
        };
        return new(row with { Result = result }, result, samples, MedianInterval.Of(samples));
    }
}
