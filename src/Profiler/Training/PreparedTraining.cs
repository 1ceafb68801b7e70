using SparseProf.Ops.Errors;
using SparseProf.Profiler.Power;
using SparseProf.Workloads.Training;

namespace SparseProf.Profiler.Training;

/// <summary>A training that can begin: whatever is wrong with what was asked for has shown, and nothing is stored yet.</summary>
public sealed class PreparedTraining : IDisposable
{
    private PreparedTraining(TrainingRequest request, Trainer trainer, PeakMemory? memory) => (Request, Trainer, Memory) = (request, trainer, memory);

    public TrainingRequest Request { get; }

    internal Trainer Trainer { get; }

    internal PeakMemory? Memory { get; }

    /// <summary>Builds the model and reads the checkpoint that it goes on from.</summary>
    /// <exception cref="UserErrorException">The plan does not fit the data, or the checkpoint is of another training or cannot be written.</exception>
    public static PreparedTraining Of(TrainingRequest request)
    {
        if (request.Checkpoint is { } checkpoint)
            Trainer.RequireWritable(checkpoint);
        var memory = request.Shared ? null : PeakMemory.Begin();
        var trainer = new Trainer(request.Plan, request.Data, request.Device);
        try
        {
            if (request.Resume && File.Exists(request.Checkpoint))
                trainer.Load(request.Checkpoint);
            return new PreparedTraining(request, trainer, memory);
        }
        catch
        {
            trainer.Dispose();
            throw;
        }
    }

    public void Dispose() => Trainer.Dispose();
}
