using SparseProf.Cli.Sweep.Plan;
using SparseProf.Profiler.Power;
using SparseProf.Profiler.Training;
using SparseProf.Store;
using SparseProf.Torch;
using SparseProf.Workloads.Data;
using SparseProf.Workloads.Data.Corpus;

namespace SparseProf.Cli.Sweep.Tasks;

/// <summary>Trainings of a task, one after the other; one that was stopped goes on from its checkpoint.</summary>
internal sealed class TrainingTask(TaskContext context, IPowerSource power, TorchDevice device, MeasurementWriter writer, long runId)
{
    private readonly Dictionary<(string?, int, int), DataSet> _data = [];
    private readonly Lazy<HashSet<string>> _stored = new(() =>
        context.FromEarlier(reader => reader.TrainingRuns().Where(row => row.Result is { Outcome: "completed" }).Select(row => row.CaseKey)));

    public void Run(TrainingPointCase planned)
    {
        context.Begin(planned);
        var data = Data(planned);
        var plan = new TrainingSweep(planned.Point, data).Plans[0];
        if (_stored.Value.Contains(TrainingCases.Key(plan, data)))
        {
            context.End(planned, "stored");
            return;
        }

        var checkpoint = Checkpoint(planned);
        var report = new TrainingSession(power, writer, runId).Run(new TrainingRequest(plan, data, checkpoint, Resume: true) { Device = device }, null, context.Cancel);
        if (report.Outcome == "interrupted")
            return;
        if (report.Outcome == "completed")
            context.End(planned, "measured");
        else
            context.End(planned, "failed", $"the loss is not a number any more at step {report.LastStep?.Step}");
        File.Delete(checkpoint);
    }

    // A text is tokenized once a task.
    private DataSet Data(TrainingPointCase planned)
    {
        var key = (planned.Data, planned.Point.Sequence, planned.Point.Vocabulary);
        if (!_data.TryGetValue(key, out var data))
            _data[key] = data = DataCatalog.Open(TextCorpus.Name, new DataOptions(planned.Data, planned.Point.Sequence, planned.Point.Vocabulary));
        return data;
    }

    /// <summary>A file of this attempt alone, that begins as the newest of those before it.</summary>
    private string Checkpoint(TrainingPointCase planned)
    {
        var own = context.Folder.CheckpointPath(planned.Key, context.Journal.Attempt);
        for (var attempt = context.Journal.Attempt - 1; attempt > 0; attempt--)
        {
            var earlier = context.Folder.CheckpointPath(planned.Key, attempt);
            if (!File.Exists(earlier))
                continue;
            File.Copy(earlier, own, overwrite: true);
            break;
        }

        return own;
    }
}
