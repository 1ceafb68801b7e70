using SparseProf.Cli.Measure;
using SparseProf.CostModel.Tests.Decisions;
using SparseProf.Ops;
using SparseProf.Store;
using SparseProf.Store.Rows;

namespace SparseProf.Cli.Tests.Gpu;

/// <summary>Two comparisons of one run that share a rival: an even and an uneven mixture, each beside the same dense layer.</summary>
public sealed class GpuMixturesTests : IDisposable
{
    private readonly PlantedStore _store = new();

    public void Dispose() => _store.Dispose();

    [Fact]
    public void Each_mixture_is_compared_with_the_dense_layer_that_was_measured_in_turns_with_it()
    {
        var run = Record(_store.Path);
        using var reader = MeasurementReader.Open(_store.Path);

        var rows = GpuMixtures.Of(GpuEvidence.Of(reader, run, asked: null));

        Assert.Equal([0.5, 0.25], rows.Select(row => row.OverDense!.Value.Value));
    }

    private static long Record(string path)
    {
        using var writer = MeasurementWriter.Open(path);
        var run = writer.BeginRun(PlantedStore.On("gpu"), []);
        var dense = new MoeFfn(128, 64, 64, new Routing(1, 1, capacityFactor: null), DType.Bf16, SparsityPattern.Dense.Instance);
        var even = new MoeFfn(64, 64, 64, new Routing(8, 2, capacityFactor: null), DType.Bf16, SparsityPattern.Dense.Instance);
        Keep(dense, Execution.Dense, 1e-5, firstBlock: 0);
        Keep(even, Execution.Sparse, 2e-5, firstBlock: 0);
        Keep(dense, Execution.Dense, 1e-5, firstBlock: 1000);
        Keep(even with { Load = new ExpertLoad.PowerLaw(1.2) }, Execution.Sparse, 4e-5, firstBlock: 1000);
        return run;

        void Keep(MoeFfn layer, Execution execution, double seconds, int firstBlock)
        {
            const int Blocks = 8;
            var id = writer.BeginMeasurement(run, MeasurementCase.For(layer, "cublaslt.expert_loop", TimingMode.Graph, execution, verified: true));
            writer.AppendSamples(id, SampleKind.TimeS, [.. Enumerable.Repeat(seconds, Blocks)]);
            writer.AppendSamples(id, SampleKind.Block, [.. Enumerable.Range(firstBlock, Blocks).Select(block => (double)block)]);
            writer.CompleteMeasurement(id, new MeasurementResult { StopReason = "interval_narrow", ElapsedS = 1, SampleCount = Blocks, CallsPerSample = 1, WarmUpCalls = 1, TimerResolutionS = 5e-7, Caveats = [] });
        }
    }
}
