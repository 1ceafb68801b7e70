using SparseProf.Torch;
using SparseProf.Workloads.Data.Synthetic;
using SparseProf.Workloads.Training;

namespace SparseProf.Faults.Tests.Corruption;

/// <summary>The training whose checkpoint it is, ready to be resumed from it again and again.</summary>
internal sealed class ResumedTraining : IDisposable
{
    private readonly Trainer _trainer;
    private readonly string _checkpoint;

    public ResumedTraining(string checkpoint)
    {
        _checkpoint = checkpoint;
        var recipe = TrainingRecipes.Find("dense-cnn", "train");
        var plan = recipe.Small with { Steps = 8, Batch = 2, Seed = 0 };
        var data = recipe.Open(plan, null, new SyntheticOptions(Difficulty: SyntheticOptions.UsualDifficulty));
        _trainer = new Trainer(TrainingRecipe.Fit(plan, data), data, TorchDevice.Cpu);
    }

    public void Load() => _trainer.Load(_checkpoint);

    public void Dispose() => _trainer.Dispose();
}
