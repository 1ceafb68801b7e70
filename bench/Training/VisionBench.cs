using SparseProf.Ops;
using SparseProf.Ops.Units;
using SparseProf.Workloads.Data;
using SparseProf.Workloads.Data.Synthetic;
using SparseProf.Workloads.Sparsity;
using SparseProf.Workloads.Training;

namespace SparseProf.TrainingBench;

/// <summary>
/// Sparse methods against each other and against dense training. Steps, batch and update interval, the same for all, were chosen
/// on other images (data seed 2) with training seeds from 100 on.
/// </summary>
internal sealed class VisionBench(TrainingArchive archive) : ITrainingBench
{
    private const int Steps = 1600;
    private const int Batch = 64;
    private const int UpdateInterval = 50;

    private static readonly (string Name, SparseMethod Method, double Density)[] s_contenders =
    [
        ("dense", SparseMethod.Dense, 1),
        ("gradual magnitude, 75 %", SparseMethod.Gradual, 0.25),
        ("2:4 (SR-STE)", SparseMethod.SrSte, 0.5),
        ("RigL, 90 %", SparseMethod.RigL, 0.1),
        ("SET, 90 %", SparseMethod.Set, 0.1),
        ("static random, 90 %", SparseMethod.Static, 0.1),
    ];

    public string Name => "vision";

    public string Setting => $"Small dense-cnn on synthetic-vision (difficulty 0, 10 000 images, 5 000 to validate), {Steps} steps of {Batch} with AdamW, masks updated every {UpdateInterval} steps, {Seeds.Count} seeds; SET and static masks take the steps that RigL's training FLOPs pay for. Validation accuracy in points, intervals by Student's t.";

    public IEnumerable<Finding> Run()
    {
        var recipe = TrainingRecipes.Find("dense-cnn");
        var data = recipe.Open(recipe.Small, null, new SyntheticOptions(Validation: 5_000, Difficulty: 0));
        var plan = TrainingRecipe.Fit(recipe.Small, data) with { Steps = Steps, Batch = Batch };
        var equalSteps = EqualSteps(plan, data);
        var plans = s_contenders.SelectMany(contender => Seeds.Each(With(plan, contender.Method, contender.Density, StepsOf(contender.Method, equalSteps))));
        var results = archive.Train([.. plans], data).Chunk(Seeds.Count).Zip(s_contenders).ToDictionary(pair => pair.Second.Method, pair => pair.First);
        foreach (var (name, method, _) in s_contenders)
        {
            yield return new Finding(
                name, $"{Seeds.Text(Points(method), "0.0", " %")}, {results[method].Average(result => result.Row.Result!.NonzeroFlops!.Value) / 1e12:0.00} TFLOP on kept weights, {results[method][0].Row.Result!.Steps} steps");
        }

        yield return Difference("RigL − static", SparseMethod.RigL, SparseMethod.Static, "> 0 with 95 %", (mean, half) => mean - half > 0);
        yield return Difference("RigL − SET", SparseMethod.RigL, SparseMethod.Set, "≥ 0", (mean, _) => mean >= 0);
        yield return Difference("SET − static", SparseMethod.Set, SparseMethod.Static, "≥ 0", (mean, _) => mean >= 0);
        yield return Difference("gradual 75 % − dense", SparseMethod.Gradual, SparseMethod.Dense, "≥ −1", (mean, _) => mean >= -1);
        yield return Difference("2:4 − dense", SparseMethod.SrSte, SparseMethod.Dense, "≥ −1", (mean, _) => mean >= -1);

        double[] Points(SparseMethod method) => [.. results[method].Select(result => result.Accuracy * 100)];

        Finding Difference(string what, SparseMethod left, SparseMethod right, string aim, Func<double, double, bool> met)
        {
            var differences = Points(left).Zip(Points(right), (a, b) => a - b).ToArray();
            var (mean, half) = Seeds.Mean(differences);
            return new Finding(what, Seeds.Text(differences, "0.0", " points"), aim, met(mean, half));
        }
    }

    internal static SparsityPattern PatternOf(SparseMethod method, double density) => method switch
    {
        SparseMethod.Dense => SparsityPattern.Dense.Instance,
        SparseMethod.SrSte => SparsityPattern.TwoFour,
        _ => new SparsityPattern.Unstructured(new Fraction(density)),
    };

    private static TrainingPlan With(TrainingPlan plan, SparseMethod method, double density, long steps) => plan with
    {
        Steps = steps,
        Sparsity = plan.Sparsity with
        {
            Method = method,
            Pattern = PatternOf(method, density),
            UpdateInterval = UpdateInterval,
        },
    };

    // Masks that need no dense gradients can train longer for the same FLOPs.
    private static long EqualSteps(TrainingPlan plan, DataSet data)
    {
        using var rigl = new Trainer(With(plan, SparseMethod.RigL, 0.1, Steps), data);
        using var @static = new Trainer(With(plan, SparseMethod.Static, 0.1, Steps), data);
        var usual = @static.Step().NonzeroFlops;
        var updates = Enumerable.Range(0, Steps).Count(step => rigl.Sparsity.WantsDenseGradients(step));
        return (long)Math.Round(Steps + updates * (rigl.FlopsOfStep(denseGradients: true) / usual - 1));
    }

    private static long StepsOf(SparseMethod method, long equalSteps) => method is SparseMethod.Static or SparseMethod.Set ? equalSteps : Steps;
}
