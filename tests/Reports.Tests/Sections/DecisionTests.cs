using SparseProf.Ops;
using SparseProf.Ops.Statistics;
using SparseProf.Reports.Document;
using SparseProf.Reports.Evidence;
using SparseProf.Store;
using SparseProf.Store.Rows;
using SparseProf.Testing;

namespace SparseProf.Reports.Tests.Sections;

/// <summary>What the first page says, in plain words.</summary>
public class DecisionTests
{
    [Fact]
    public void Without_an_evaluation_sparse_is_worth_deploying_only_once_its_quality_is_checked()
    {
        var answer = Answer(TemporaryDatabase.WholeReport);

        Assert.Equal(Tone.Open, answer.Tone);
        Assert.Matches(@"^Worth deploying once its quality is checked: sparse is up to (1\.9|2\.0)\d× as fast as dense here\.$", answer.Headline);
        Assert.Equal(["How sure", "Why", "Next"], answer.Lines.Select(line => line.Label));
        Assert.Contains("Quality: unknown", Line(answer, "How sure"));
        Assert.Contains("sparseprof train dense-transformer --pattern csr@0.1", Line(answer, "Next"));
    }

    [Fact]
    public void The_times_and_the_speedup_of_the_reason_are_those_of_the_raw_samples()
    {
        using var planted = TemporaryDatabase.Planted();
        using var reader = MeasurementReader.Open(planted.Path);
        double Time(string pattern) => reader.Measurements().Where(row => row.OpKind == "model" && row.Pattern == pattern).Select(row => OrderStatistics.Median(reader.Samples(row.Id))).Min();

        var why = Line(Answer(planted.Report()), "Why");

        Assert.Contains($"takes {QuantityText.Of(Time("csr@0.1"), Quantity.Time)} where the fastest dense execution takes {QuantityText.Of(Time("dense"), Quantity.Time)}: ", why);
        Assert.Contains("(90 % of its weights left out)", why);
    }

    [Theory]
    [InlineData(0.90, 0.90, Tone.Good, "^Deploy sparse here: it is up to ")]
    [InlineData(0.80, 0.90, Tone.Open, "^A trade: sparse is up to .* and less accurate")]
    public void An_evaluation_decides_whether_the_speed_is_free(double sparse, double dense, Tone tone, string headline)
    {
        using var planted = TemporaryDatabase.Planted();
        SyntheticTraining.Write(planted.Path, SyntheticTraining.Case("dense-transformer", "static", "csr@0.1"), sparse);
        SyntheticTraining.Write(planted.Path, SyntheticTraining.Case("dense-cnn"), dense);

        var answer = Answer(planted.Report());

        Assert.Equal(tone, answer.Tone);
        Assert.Matches(headline, answer.Headline);
        Assert.Contains($"accuracy {QuantityText.Of(sparse, Quantity.Share)}", Line(answer, "How sure"));
        Assert.Contains("on your own data", Line(answer, "Next"));
    }

    [Fact]
    public void A_quality_without_a_dense_model_beside_it_is_not_a_quality_without_loss()
    {
        using var planted = TemporaryDatabase.Planted();
        SyntheticTraining.Write(planted.Path, SyntheticTraining.Case("dense-transformer", "static", "csr@0.1"), 0.5);

        Assert.StartsWith("Worth deploying once its quality is checked", Answer(planted.Report()).Headline);
    }

    [Fact]
    public void The_accuracy_of_a_small_model_of_the_same_name_does_not_decide_for_the_large_one()
    {
        using var planted = TemporaryDatabase.Planted();
        SyntheticTraining.Write(planted.Path, SyntheticTraining.Case("dense-transformer", "static", "csr@0.1", parameters: 139e3), 0.9);
        SyntheticTraining.Write(planted.Path, SyntheticTraining.Case("dense-cnn", parameters: 78e3), 0.9);

        var answer = Answer(planted.Report());

        Assert.Equal(Tone.Open, answer.Tone);
        Assert.StartsWith("Worth deploying once its quality is checked", answer.Headline);
        Assert.Contains("of a model of 139 K parameters and not of this one", Line(answer, "How sure"));
        Assert.Contains("at its own size", Line(answer, "Next"));
    }

    [Fact]
    public void A_speedup_far_beyond_the_saved_work_is_measured_again_and_not_deployed()
    {
        using var planted = TemporaryDatabase.Planted(10, 0, sparseSpeed: 100);

        var answer = Answer(planted.Report());

        Assert.Equal(Tone.Open, answer.Tone);
        Assert.StartsWith("Measure again", answer.Headline);
    }

    [Fact]
    public void A_slower_sparse_model_is_not_recommended()
    {
        using var planted = TemporaryDatabase.Planted(10, 0, sparseSpeed: 0.25);

        var answer = Answer(planted.Report());

        Assert.Equal(Tone.Bad, answer.Tone);
        Assert.Equal("Do not deploy sparse here: it is not faster than dense.", answer.Headline);
    }

    [Fact]
    public void A_small_mixture_is_not_compared_with_the_dense_model_of_full_size()
    {
        using var planted = TemporaryDatabase.Planted();
        using (var writer = MeasurementWriter.Open(planted.Path))
        {
            var run = writer.BeginRun(SyntheticStore.Run(), []);
            foreach (var (kernel, seconds) in new[] { ("torch", 1e-3), ("best-dense", 0.5e-3) })
                SyntheticStore.Measure(writer, run, SmallMixture(kernel), seconds, 64, new Random(1));
            writer.EndRun(run, DateTimeOffset.UnixEpoch, "completed");
        }

        var answer = Answer(planted.Report());

        Assert.Matches(@"sparse is up to (1\.9|2\.0)\d× as fast as dense here\.$", answer.Headline);
        Assert.DoesNotContain(answer.Lines, line => line.Text.Contains("switch-moe", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(7, 7, 0.2, "high")]
    [InlineData(7, 7, 0.5, "moderate")]
    [InlineData(4, 8, 0.0, "moderate")]
    [InlineData(3, 8, 0.0, "low")]
    public void Confidence_follows_from_decided_intervals_and_doubts(int decided, int all, double doubtful, string confidence) =>
        Assert.Equal(confidence, SpeedConfidence.WordOf(decided, all, doubtful));

    private static MeasurementCase SmallMixture(string kernel) => new()
    {
        Workload = "switch-moe-small",
        Op = "switch-moe-small:dense",
        OpKind = "model",
        Kernel = kernel,
        Dtype = "fp32",
        Pattern = "dense",
        Batch = 1,
        Mode = TimingMode.Hot,
        Execution = Execution.Dense,
        DenseEquivalentFlops = 7e6,
        NonzeroFlops = 7e6,
        ParametersTotal = 338e3,
        ParametersActive = 140e3,
        ParametersNonzero = 338e3,
        WeightBytes = 1.3e6,
        Verified = true,
    };

    private static Block.Answer Answer(ReportDocument report) => report.Sections[0].Blocks.OfType<Block.Answer>().Single();

    private static string Line(Block.Answer answer, string label) => answer.Lines.Single(line => line.Label == label).Text;
}
