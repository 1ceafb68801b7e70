using SparseProf.Ops.Statistics;
using SparseProf.Workloads.Evaluation;

namespace SparseProf.Workloads.Tests.Evaluation;

/// <summary>Predictions whose figures are known beforehand.</summary>
public sealed class EvaluationFiguresTests
{
    [Fact]
    public void Figures_of_a_small_table_are_those_worked_out_by_hand()
    {
        // Of a: 3 right, 1 taken for b. Of b: 1 right, 1 taken for a. F1: a 6/8, b 2/4.
        var predictions = Make([0, 0, 0, 0, 1, 1], [0, 0, 0, 1, 1, 0], 0.8);
        var figures = EvaluationFigures.Of(predictions);
        Assert.Equal(4 / 6.0, Value(figures, "", "accuracy"), 1e-9);
        Assert.Equal((0.75 + 0.5) / 2, Value(figures, "", "f1_macro"), 1e-9);
        Assert.Equal(Math.Abs(4 / 6.0 - 0.8), Value(figures, "", "ece"), 1e-6);
        Assert.Equal(0.75, Value(figures, "class a", "accuracy"));
        Assert.Equal(0.5, Value(figures, "class b", "accuracy"));
        Assert.Equal(0.5, Value(figures, "", "worst_class_accuracy"));
        Assert.Equal(0.25, Value(figures, "class a", "predicted_as b"));
        Assert.Equal(0.5, Value(figures, "class b", "predicted_as a"));
        Assert.Equal([4, 2], new[] { "class a", "class b" }.Select(name => figures.First(figure => figure.Subgroup == name).Examples));
    }

    [Fact]
    public void The_worst_group_is_found_where_the_average_hides_it()
    {
        var labels = Enumerable.Range(0, 400).Select(i => i % 2).ToArray();
        var groups = Enumerable.Range(0, 400).Select(i => i < 40 ? 1 : 0).ToArray();
        var predicted = labels.Select((label, i) => groups[i] == 1 && i % 4 < 3 ? 1 - label : label).ToArray();
        var figures = EvaluationFigures.Of(Make(labels, predicted, 0.9) with { GroupNames = ["common", "rare"], Groups = groups });
        Assert.Equal(0.925, Value(figures, "", "accuracy"));
        Assert.Equal(1, Value(figures, "group common", "accuracy"));
        Assert.Equal(0.25, Value(figures, "group rare", "accuracy"));
        Assert.Equal(0.25, Value(figures, "", "worst_group_accuracy"));
    }

    [Theory]
    [InlineData(0.9, 0.9, 0, 0.04)]
    [InlineData(0.6, 0.9, 0.26, 0.34)]
    public void Calibration_tells_a_model_that_is_sure_from_one_that_is_right(double accuracy, double confidence, double low, double high)
    {
        var random = new SplitMix64(1, 1);
        var labels = Enumerable.Range(0, 5000).Select(i => i % 2).ToArray();
        var predicted = labels.Select(label => random.NextUniform() < accuracy ? label : 1 - label).ToArray();
        Assert.InRange(Value(EvaluationFigures.Of(Make(labels, predicted, confidence)), "", "ece"), low, high);
    }

    [Fact]
    public void Bootstrap_intervals_hold_the_planted_accuracy_as_often_as_they_say()
    {
        var held = 0;
        for (var repetition = 0; repetition < 60; repetition++)
        {
            var random = new SplitMix64(2, repetition);
            var labels = Enumerable.Range(0, 300).Select(i => i % 2).ToArray();
            var predicted = labels.Select(label => random.NextUniform() < 0.8 ? label : 1 - label).ToArray();
            held += EvaluationFigures.Of(Make(labels, predicted, 0.8), repetition)[0].Value.Holds(0.8) ? 1 : 0;
        }

        Assert.InRange(held, 53, 60);
    }

    [Fact]
    public void A_class_that_never_occurs_spoils_no_figure()
    {
        var predictions = Make([0, 0, 0, 1], [0, 0, 1, 1], 0.9) with { ClassNames = ["a", "b", "c"], Probabilities = [0.9f, 0.1f, 0, 0.9f, 0.1f, 0, 0.1f, 0.9f, 0, 0.1f, 0.9f, 0] };
        var figures = EvaluationFigures.Of(predictions);
        Assert.Equal(2 / 3.0, Value(figures, "", "worst_class_accuracy"), 1e-9);
        Assert.Equal((0.8 + 2 / 3.0) / 2, Value(figures, "", "f1_macro"), 1e-9);
        Assert.Equal(double.NaN, Value(figures, "class c", "accuracy"));
        Assert.DoesNotContain(figures, figure => figure.Subgroup == "class c" && figure.Metric.StartsWith("predicted_as", StringComparison.Ordinal));
    }

    [Fact]
    public void A_share_of_all_or_none_keeps_an_interval()
    {
        var none = EvaluationFigures.Wilson(0, 20);
        Assert.Equal((0, 0), (none.Value, none.Low));
        Assert.InRange(none.High, 0.15, 0.17);
    }

    private static double Value(IReadOnlyList<EvaluationFigure> figures, string subgroup, string metric) =>
        figures.Single(figure => figure.Subgroup == subgroup && figure.Metric == metric).Value.Value;

    private static Predictions Make(int[] labels, int[] predicted, double confidence)
    {
        var probabilities = predicted.SelectMany(p => p == 0 ? new[] { (float)confidence, (float)(1 - confidence) } : [(float)(1 - confidence), (float)confidence]).ToArray();
        return new Predictions(["a", "b"], [], labels, new int[labels.Length], probabilities);
    }
}
