using SparseProf.CostModel.Decisions;
using SparseProf.Ops;
using SparseProf.Ops.Units;
using SparseProf.Reports.Document;
using SparseProf.Reports.Evidence;
using SparseProf.Store;
using SparseProf.Store.Rows;
using SparseProf.Testing;

namespace SparseProf.Reports.Tests.Sections;

/// <summary>What a database of a GPU has beside that of a processor: graphs, sustained clocks, energy of kernels, several libraries and dtypes.</summary>
public sealed class GpuEvidenceTests : IDisposable
{
    private readonly TemporaryDatabase _database = new();

    public void Dispose() => _database.Dispose();

    [Fact]
    public void A_model_is_judged_in_the_mode_in_which_its_dense_baseline_is_fastest()
    {
        Write((writer, run) =>
        {
            Pass(writer, run, "best-dense", Execution.Dense, TimingMode.Hot, 3e-3);
            Pass(writer, run, "sparse", Execution.Sparse, TimingMode.Hot, 1e-3);
            Pass(writer, run, "best-dense", Execution.Dense, TimingMode.Graph, 0.6e-3);
            Pass(writer, run, "sparse", Execution.Sparse, TimingMode.Graph, 0.7e-3);
        });
        using var reader = MeasurementReader.Open(_database.Path);

        var candidate = Assert.Single(Candidate.Of(ReportEvidence.Load(reader, []).Devices));

        Assert.Equal(TimingMode.Graph, candidate.Measured.Row.Mode);
        Assert.Equal(0.6 / 0.7, candidate.Speedup.Delivered.Value, 0.02);
    }

    [Fact]
    public void Where_products_gain_with_tokens_the_decision_is_of_this_batch_and_names_a_larger_one()
    {
        Write((writer, run) =>
        {
            Pass(writer, run, "best-dense", Execution.Dense, TimingMode.Graph, 0.6e-3);
            Pass(writer, run, "sparse", Execution.Sparse, TimingMode.Graph, 0.7e-3);
            foreach (var (tokens, dense, sparse) in new[] { (64, 12e-6, 21e-6), (4096, 180e-6, 120e-6) })
            {
                Product(writer, run, tokens, SparsityPattern.Dense.Instance, "cublaslt", dense);
                Product(writer, run, tokens, SparsityPattern.TwoFour, "cusparselt", sparse);
            }
        });

        var answer = _database.Report().Sections[0].Blocks.OfType<Block.Answer>().Single();

        Assert.Equal("Do not deploy sparse at batch 1: it is not faster than dense. Larger batches may gain.", answer.Headline);
        Assert.Matches(@"^2:4 products of 4096×4096 weights \(bf16\) gain with the number of tokens: 0\.5\d× as fast as dense at 64, 1\.(4|5)\d× at 4096\.", answer.Lines.Single(line => line.Label == "Next").Text);
        Assert.Contains("'sparseprof measure --workload pruned-transformer --pattern 2:4 --batch 32'", answer.Lines.Single(line => line.Label == "Next").Text);
    }

    [Fact]
    public void Full_clock_power_limit_and_energy_have_break_evens_of_their_own()
    {
        Write((writer, run) =>
        {
            Product(writer, run, 1024, SparsityPattern.Dense.Instance, "cublaslt", 40e-6);
            Product(writer, run, 1024, SparsityPattern.Dense.Instance, "cublaslt", 50e-6, Regime.Sustained, joules: 30e-3);
            foreach (var (density, burst, sustained, joules) in new[] { (0.1, 20e-6, 22e-6, 10e-3), (0.4, 80e-6, 84e-6, 40e-3) })
            {
                Product(writer, run, 1024, Block(density), "cusparse.blocked_ell", burst);
                Product(writer, run, 1024, Block(density), "cusparse.blocked_ell", sustained, Regime.Sustained, joules);
            }
        });
        using var reader = MeasurementReader.Open(_database.Path);
        var device = ReportEvidence.Load(reader, []).Devices.Single();

        var found = MeasuredBreakEven.Of(device.Measurements, device.Speedups).ToDictionary(format => format.Measure, format => format.BreakEven.Density!.Value);

        Assert.Equal(["burst", "energy", "sustained"], found.Keys.Order());
        Assert.Equal(0.2, found["burst"].Value, 0.01); // 40 µs: halfway in logs from 20 to 80 µs
        Assert.Equal(0.1 * Math.Pow(4, Math.Log(50.0 / 22) / Math.Log(84.0 / 22)), found["sustained"].Value, 0.01);
        Assert.Equal(0.1 * Math.Pow(4, Math.Log(3) / Math.Log(4)), found["energy"].Value, 0.001);
        Assert.True(found["energy"].Low < found["energy"].Value && found["energy"].Value < found["energy"].High);
    }

    [Fact]
    public void No_two_break_evens_of_a_chart_have_one_name()
    {
        Full_clock_power_limit_and_energy_have_break_evens_of_their_own();

        var chart = Chart("break-even");

        Assert.Equal(chart.Rows.Count, chart.Rows.Select(row => (string)row["name"]!).Distinct().Count());
    }

    [Fact]
    public void Speedups_are_told_apart_by_format_library_and_number_of_tokens()
    {
        Where_products_gain_with_tokens_the_decision_is_of_this_batch_and_names_a_larger_one();

        var table = _database.Report().Sections.Single(section => section.Id == "speedups").Blocks.OfType<Block.TableBlock>().Single().Table;

        Assert.Equal(["64", "4096"], table.Rows.Select(row => row[3].Text));
        Assert.All(table.Rows, row => Assert.Equal(("2:4", "cusparselt"), (row[0].Text, row[1].Text)));
    }

    [Fact]
    public void A_peak_below_the_weights_is_not_shown()
    {
        Write((writer, run) => Pass(writer, run, "torch", Execution.Dense, TimingMode.Graph, 0.6e-3, weights: 2e9));

        Assert.Null(Chart("memory").Rows.Single()["peak"]);
    }

    private Chart Chart(string id) => _database.Report().Sections.SelectMany(section => section.Blocks).OfType<Block.ChartBlock>().Single(block => block.Chart.Id == id).Chart;

    private static SparsityPattern.Block Block(double density) => new(64, 64, new Fraction(density));

    private void Write(Action<MeasurementWriter, long> fill)
    {
        using var writer = MeasurementWriter.Open(_database.Path);
        var run = writer.BeginRun(SyntheticStore.Run(), []);
        fill(writer, run);
        writer.EndRun(run, DateTimeOffset.UnixEpoch, "completed");
    }

    private static void Product(MeasurementWriter writer, long run, long tokens, SparsityPattern pattern, string kernel, double seconds, Regime regime = Regime.Burst, double? joules = null)
    {
        var op = new Gemm(new(tokens, 4096, 4096), DType.Bf16, pattern);
        var measured = MeasurementCase.For(op, kernel, TimingMode.Graph, pattern is SparsityPattern.Dense ? Execution.Dense : Execution.Sparse, verified: true) with { Regime = regime };
        SyntheticStore.Measure(writer, run, measured, seconds, 64, new Random(1), joules);
    }

    private static void Pass(MeasurementWriter writer, long run, string kernel, Execution execution, TimingMode mode, double seconds, double weights = 2e8) => SyntheticStore.Measure(
        writer, run,
        new MeasurementCase
        {
            Workload = "pruned-transformer",
            Op = "pruned-transformer:2:4",
            OpKind = "model",
            Kernel = kernel,
            Dtype = "bf16",
            Pattern = "2:4",
            Batch = 1,
            Mode = mode,
            Execution = execution,
            DenseEquivalentFlops = 22e9,
            NonzeroFlops = execution == Execution.Dense ? 22e9 : 11e9,
            ParametersTotal = 110e6,
            ParametersActive = 110e6,
            ParametersNonzero = 60e6,
            WeightBytes = weights,
            Verified = true,
        },
        seconds, 64, new Random(1));
}
