using SparseProf.Ops.Architectures;
using SparseProf.Workloads.Data;
using SparseProf.Workloads.Data.Synthetic;
using SparseProf.Workloads.Evaluation;
using SparseProf.Workloads.Models;

namespace SparseProf.Workloads.Tests.Evaluation;

public sealed class PredictionTests
{
    public PredictionTests() => RequiresTorch.OrSkip();

    [Fact]
    public void Predictions_do_not_depend_on_the_batch_and_are_probabilities()
    {
        var split = (ClassificationSplit)SyntheticVision.Create(new SyntheticOptions(Train: 10, Validation: 25)).Validation;
        using var model = new ResNetModel(new ResNetConfig { StageWidths = [4, 8], BlocksPerStage = 1 }, seed: 1);
        var (together, apart) = (Prediction.Run(model, split, 25), Prediction.Run(model, split, 4));
        Assert.Equal(250, together.Probabilities.Length);
        Assert.All(together.Probabilities.Zip(apart.Probabilities), pair => Assert.Equal(pair.First, pair.Second, 1e-5f));
        Assert.All(Enumerable.Range(0, 25), i => Assert.Equal(1, together.Probabilities.Skip(i * 10).Take(10).Sum(), 1e-5f));
        Assert.Equal(Enumerable.Range(0, 25).Select(split.Label), together.Labels);
    }

    [Fact]
    public void Every_corruption_of_the_inputs_is_evaluated_at_every_severity()
    {
        var split = (ClassificationSplit)SyntheticSentiment.Create(new SyntheticOptions(Train: 4, Validation: 40), sequence: 24).Validation;
        using var model = new TransformerModel(new TransformerConfig { Layers = 1, Width = 16, Heads = 2, FfnWidth = 16, Tokens = 24, Positions = 24, Vocabulary = 400 }, seed: 1);
        var figures = EvaluationFigures.UnderCorruption(model, split, [1, 5], batch: 40, seed: 3);
        Assert.Equal(["typos 1", "typos 5", "word-drops 1", "word-drops 5"], figures.Select(figure => $"{figure.Corruption!.Name} {figure.Corruption.Severity}").Distinct());
        Assert.All(figures, figure => Assert.Equal("", figure.Subgroup));
    }
}
