using SparseProf.CostModel.Hardware;
using SparseProf.CostModel.Latency;
using SparseProf.CostModel.Tests.Decisions;
using SparseProf.Ops;
using SparseProf.Ops.Errors;
using SparseProf.Ops.Statistics;
using SparseProf.Ops.Units;
using SparseProf.Store;
using Xunit;

namespace SparseProf.CostModel.Tests.Latency;

public sealed class MeasuredKernelsTests : IDisposable
{
    private readonly PlantedStore _store = new();

    public void Dispose() => _store.Dispose();

    [Fact]
    public void The_fastest_way_of_each_kernel_of_a_run_is_a_row_of_a_kernel_table()
    {
        Op convolution = new Conv2d(2, 16, 32, 8, 8, 3, 2, 1, DType.Bf16, SparsityPattern.Dense.Instance);
        Op mixture = new MoeFfn(512, 64, 128, new Routing(8, 2, null), DType.Bf16, SparsityPattern.Dense.Instance) { Load = new ExpertLoad.PowerLaw(1.2) };
        Op trained = new MoeFfn(512, 64, 128, new Routing(2, 1, null), DType.Bf16, SparsityPattern.Dense.Instance) { Load = new ExpertLoad.Measured([0.7, 0.3]) };
        Op softmax = new Softmax(4, 4, DType.Bf16);
        var run = _store.Run("a", (Planted.Product(SparsityPattern.Dense.Instance), "slow", 2e-3), (Planted.Product(SparsityPattern.Dense.Instance), "fast", 1e-3), (Planted.Product(Planted.Csr(0.1)), "csr", 3e-3),
            (convolution, "conv", 4e-3), (mixture, "loop", 5e-3), (trained, "loop", 7e-3), (softmax, "softmax", 6e-3));

        var table = Written(run, 4);

        Assert.Equal([1e-3, 3e-3, 4e-3, 5e-3], table.Rows.Select(row => row.Seconds!.Value).Select(seconds => Math.Round(seconds, 9)));
        Assert.Equal("fast", table.Rows[0].Fields[table.Header.ToList().IndexOf("kernel_name")]);
        Assert.Equal((KernelKind.Gemm, 128, 3072, 768), (table.Rows[0].Call.Kind, table.Rows[0].Call.M, table.Rows[0].Call.N, table.Rows[0].Call.K));
        Assert.Equal("csr@0.1", table.Rows[1].Call.Pattern.Text);
        Assert.Equal(OpCall.Of(convolution), table.Rows[2].Call);
        Assert.Equal((2, 1.2), (table.Rows[3].Call.Matrices, table.Rows[3].Call.LoadExponent));
    }

    [Fact]
    public void Plain_experts_do_two_thirds_of_the_work_of_gated_ones()
    {
        var gated = new KernelCall(KernelKind.MoeFfn, DType.Bf16) { M = 512, N = 4096, K = 2048, Experts = 8, TopK = 2 };
        var plain = gated with { Matrices = 2 };

        Assert.Equal(2.0 / 3, Work.Of(plain).Flops / Work.Of(gated).Flops, 12);
        Assert.Equal(2.0 / 3, Work.Of(plain).WeightBytes / Work.Of(gated).WeightBytes, 12);
        Assert.Equal(Work.Of(gated), Work.Of(gated with { Matrices = 3 }));
    }

    [Fact]
    public void A_model_of_plain_experts_is_predicted_with_two_matrices()
    {
        var op = new MoeFfn(512, 64, 128, new Routing(8, 2, null), DType.Bf16, SparsityPattern.Dense.Instance);

        Assert.Equal(2, OpCall.Of(op).Matrices);
    }

    [Fact]
    public void Experts_of_four_matrices_are_refused_with_the_place()
    {
        var path = _store.File("four.csv");
        File.WriteAllText(path, "op,dtype,m,n,k,experts,top_k,matrices,latency_s\nmoe_ffn,bf16,8,8,8,4,2,4,1e-3\n");

        var error = Assert.Throws<UserErrorException>(() => KernelTable.Read(path, needLatency: true));

        Assert.Contains("matrices is 4", error.Message, StringComparison.Ordinal);
        Assert.Contains("four.csv:2", error.Where, StringComparison.Ordinal);
    }

    [Fact]
    public void Accuracy_counts_errors_bias_and_what_the_intervals_hold()
    {
        var path = _store.File("two.csv");
        File.WriteAllText(path, "op,dtype,m,n,k,latency_s\ngemm,bf16,64,4096,4096,1e-3\ngemm,bf16,8192,8192,8192,1e-3\ngemm,bf16,1,8,8,1e-3\n");
        var table = KernelTable.Read(path, needLatency: true);
        LatencyPrediction Says(double seconds, Provenance how = Provenance.DataSheet) => new(new Estimate(seconds, 0.9 * seconds, 1.1 * seconds, how), false);

        var accuracy = PredictionAccuracy.Of(table, [Says(1.05e-3), Says(2e-3), Says(9, Provenance.Measured)], ProfileCatalog.Load("nvidia-h200-sxm-141gb")).ToDictionary(group => group.Group);

        Assert.Equal((2, 0.5), (accuracy["all"].Rows, accuracy["all"].Covered));
        Assert.Equal((0.05 + 1) / 2, accuracy["all"].MeanError, 9);
        Assert.Equal(1.05, accuracy["bound by memory"].Bias, 9);
        Assert.Equal(1, accuracy["bound by compute"].MedianError, 9);
    }

    [Fact]
    public void A_rate_that_a_kernel_reached_is_predicted_to_be_reached_again()
    {
        // 8192³ at 800 TFLOP/s: the physics take their share off the peak once.
        const double work = 2.0 * 8192 * 8192 * 8192;
        var run = _store.Run("a", (new Gemm(new(8192, 8192, 8192), DType.Bf16, SparsityPattern.Dense.Instance), "dense", work / 800e12));
        using var reader = MeasurementReader.Open(_store.Path);
        var profile = ProfileFile.Parse(MeasuredProfile.Of(reader, run, null).ToJsonString(), "exported");
        var call = new KernelCall(KernelKind.Gemm, DType.Bf16) { M = 8192, N = 8192, K = 8192 };

        var figures = profile.Figures(call);

        Assert.Equal(800e12, figures.Peak * KernelPhysics.Typical.Compute, 1e9);
    }

    private KernelTable Written(long run, int rows)
    {
        var path = _store.File("kernels.csv");
        using (var reader = MeasurementReader.Open(_store.Path))
        using (var writer = new StreamWriter(path))
            Assert.Equal(rows, MeasuredKernels.Write(writer, reader, reader.Measurements(run)));
        return KernelTable.Read(path, needLatency: true);
    }
}
