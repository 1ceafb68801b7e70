using SparseProf.Ops.Architectures;
using SparseProf.Ops.Statistics;
using SparseProf.Torch;
using SparseProf.Workloads.Data;
using SparseProf.Workloads.Models;
using SparseProf.Workloads.Modules;
using SparseProf.Workloads.Sparsity;
using SparseProf.Workloads.Training.Checkpoints;
using SparseProf.Workloads.Training.Optimizers;

namespace SparseProf.Workloads.Training;

/// <summary>
/// Trains a model by a plan, a step at a time. Everything random is a function of seed and step, so that a state saved
/// between two steps goes on to the same weights, to the last bit on a CPU.
/// </summary>
public sealed class Trainer : IDisposable
{
    // Initial weights come from libtorch's generator, which all threads share.
    private static readonly Lock s_generator = new();

    private readonly DataSet _data;
    private readonly TorchDevice _device;
    private readonly ExampleOrder _order;
    private readonly TrainedMixtures _mixtures;
    private readonly LayerFlops _flops;

    /// <summary>Builds the model with its initial weights and masks.</summary>
    /// <exception cref="Ops.Errors.UserErrorException">The plan does not fit the model or the data.</exception>
    public Trainer(TrainingPlan plan, DataSet data, TorchDevice? device = null)
    {
        (Plan, _data, _device) = (plan, data, device ?? TorchDevice.Cpu);
        TrainingPlanCheck.Throw(plan, data);
        using var scope = TensorScope.Enter();
        lock (s_generator)
            Model = plan.Workload.Build((ulong)plan.Seed);
        Model.MoveTo(_device);
        Sparsity = SparseTraining.Begin(Model, plan.Sparsity, plan.Steps, plan.Seed);
        Optimizer = plan.Optimizer.Create(TrainedParameters.Of(Model, plan, Sparsity.Densities));
        _order = new ExampleOrder(data.Train.Count, plan.Batch, plan.Seed);
        _mixtures = new TrainedMixtures(Model, plan);
        using (var first = data.Train.Take(_order.Examples(0), 0))
            _flops = LayerFlops.Of(Model, first, _device);
        Model.RequireGradients(true);
    }

    public TrainingPlan Plan { get; }

    /// <summary>Where the model is.</summary>
    public TorchDevice Device => _device;

    public Model Model { get; }

    public Optimizer Optimizer { get; }

    public SparseTraining Sparsity { get; }

    public long StepsDone { get; private set; }

    public bool Done => StepsDone >= Plan.Steps;

    /// <summary>Training FLOPs so far, zeros included.</summary>
    public double DenseEquivalentFlops { get; private set; }

    /// <summary>Training FLOPs so far, of kept weights only.</summary>
    public double NonzeroFlops { get; private set; }

    /// <summary>Tokens of an example; null for images.</summary>
    public long? TokensPerExample => Plan.Workload.Architecture switch
    {
        TransformerConfig transformer => transformer.Tokens,
        DecoderConfig decoder => decoder.Tokens,
        _ => null,
    };

    /// <summary>Training FLOPs of a step with the weights that are kept now.</summary>
    /// <param name="denseGradients">Whether the step reads the gradients of dropped weights.</param>
    public double FlopsOfStep(bool denseGradients) => _flops.Training(Sparsity.Densities, denseGradients) * Plan.Batch;

    /// <summary>
    /// The next step. Where the loss is not finite the weights stay and the step does not count; see
    /// <see cref="TrainingStep.Diverged"/>.
    /// </summary>
    public TrainingStep Step()
    {
        if (Done)
            throw new InvalidOperationException("the training has ended");
        using var scope = TensorScope.Enter();
        var step = StepsDone;
        _mixtures.SeedJitter(step);
        Model.Train();
        using var batch = _data.Train.Take(_order.Examples(step), Plan.Augment ? new SplitMix64(Plan.Seed, ~step).Next() | 1 : 0);
        var labels = Objective.Labels(batch, _device);
        var logits = Objective.Logits(Model, batch, _device);
        var loss = Aten.CrossEntropy(logits, labels, Plan.LabelSmoothing);
        Autograd.Backward(_mixtures.AddLosses(loss));
        double value = loss.Scalar();
        double? accuracy = Plan.Workload.Architecture is DecoderConfig ? null : Objective.Right(logits, labels) / Plan.Batch;
        var denseGradients = Sparsity.WantsDenseGradients(step);
        var densities = Sparsity.Densities;
        var masksOnly = Sparsity.AfterBackward(step, Optimizer);
        var norm = GradientClipping.Clip(Optimizer.Parameters, Plan.ClipNorm);
        var rate = Plan.Optimizer.LearningRate * Plan.Schedule.Factor(step, Plan.Steps);
        var (dense, nonzero) = (3 * _flops.Dense * Plan.Batch, _flops.Training(densities, denseGradients) * Plan.Batch);
        if (double.IsFinite(value) && double.IsFinite(norm))
        {
            if (!masksOnly)
                Optimizer.Step(rate);
            Sparsity.AfterUpdate(step, Optimizer);
            StepsDone++;
            DenseEquivalentFlops += dense;
            NonzeroFlops += nonzero;
        }

        foreach (var parameter in Optimizer.Parameters)
            Autograd.SetGrad(parameter.Tensor, null);
        return new TrainingStep
        {
            Step = step + 1,
            Examples = (step + 1.0) * Plan.Batch,
            Tokens = (step + 1.0) * Plan.Batch * TokensPerExample,
            Loss = value,
            Accuracy = accuracy,
            LearningRate = rate,
            GradientNorm = norm,
            Density = Sparsity.Density,
            DenseEquivalentFlops = dense,
            NonzeroFlops = nonzero,
            Metrics = [.. Sparsity.Metrics(), .. _mixtures.Metrics()],
        };
    }

    /// <summary>Ends the training: masks that were only used in products become part of the model.</summary>
    public void Finish()
    {
        Sparsity.Finish();
        Model.RequireGradients(false);
        Model.Eval();
    }

    /// <summary>Loss and accuracy over the validation split.</summary>
    public ValidationResult Validate() => Validation.Run(Model, _data.Validation, Plan.Batch, _device);

    /// <summary>Refuses a path at which <see cref="Save"/> could not but fail.</summary>
    /// <exception cref="Ops.Errors.UserErrorException">It is a folder, or its folder cannot be made or written to.</exception>
    public static void RequireWritable(string path) => AtomicFile.RequireWritable(path);

    /// <summary>Saves everything that the next step depends on; a file that is there survives until the new one is complete.</summary>
    /// <exception cref="Ops.Errors.UserErrorException">The disk is full or the folder cannot be written.</exception>
    public void Save(string path) => Checkpoint.Save(path, this, _data);

    /// <summary>Goes on from a saved state.</summary>
    /// <exception cref="Ops.Errors.UserErrorException">The file is damaged, or of another plan.</exception>
    public void Load(string path)
    {
        Checkpoint.Load(path, this, _data);
        Sparsity.Refresh();
    }

    public void Dispose()
    {
        Sparsity.Dispose();
        Optimizer.Dispose();
        Model.Dispose();
    }

    internal void Restore(long steps, long optimizerSteps, double denseEquivalentFlops, double nonzeroFlops) =>
        (StepsDone, Optimizer.Steps, DenseEquivalentFlops, NonzeroFlops) = (steps, optimizerSteps, denseEquivalentFlops, nonzeroFlops);
}
