using SparseProf.Workloads.Data;
using SparseProf.Workloads.Sparsity;
using SparseProf.Workloads.Training;

namespace SparseProf.TrainingBench;

/// <summary>20 steps, stop, resume, 20 steps against 40 steps.</summary>
internal sealed class ResumeBench : ITrainingBench
{
    private const int Steps = 40;

    public string Name => "resume";

    public string Setting => "The small models, 20 steps, a checkpoint, a new process state, 20 steps; every weight, running statistic and optimizer state compared with 40 steps at once.";

    public IEnumerable<Finding> Run()
    {
        foreach (var (name, method) in new[] { ("dense-cnn", SparseMethod.Dense), ("dense-cnn", SparseMethod.RigL), ("pruned-transformer", SparseMethod.SrSte), ("switch-moe", SparseMethod.Dense), ("language-model", SparseMethod.Set) })
        {
            var recipe = TrainingRecipes.Find(name);
            var data = recipe.Open(recipe.Small, null);
            var plan = TrainingRecipe.Fit(recipe.Small, data) with { Steps = Steps };
            plan = plan with { Sparsity = plan.Sparsity with { Method = method, Pattern = VisionBench.PatternOf(method, 0.1), UpdateInterval = 5 } };
            var differing = Differing(plan, data);
            yield return new Finding($"{name}, {method.Name()}", $"{differing} of the numbers differ", "0, to the last bit", differing == 0);
        }
    }

    private static long Differing(TrainingPlan plan, DataSet data)
    {
        var file = Path.GetTempFileName();
        using var whole = new Trainer(plan, data);
        using (var first = new Trainer(plan, data))
        {
            for (var i = 0; i < Steps / 2; i++)
                first.Step();
            first.Save(file);
        }

        using var second = new Trainer(plan, data);
        second.Load(file);
        File.Delete(file);
        while (!second.Done)
            second.Step();
        while (!whole.Done)
            whole.Step();
        return State(whole).Zip(State(second)).LongCount(pair => BitConverter.SingleToInt32Bits(pair.First) != BitConverter.SingleToInt32Bits(pair.Second));
    }

    private static IEnumerable<float> State(Trainer trainer) =>
        trainer.Model.Parameters().Concat(trainer.Model.Buffers().Where(buffer => !buffer.Name.EndsWith("mask", StringComparison.Ordinal))).Concat(trainer.Optimizer.State())
            .SelectMany(tensor => tensor.Tensor.Data<float>().ToArray());
}
