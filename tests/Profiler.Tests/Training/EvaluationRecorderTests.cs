using SparseProf.Ops.Architectures;
using SparseProf.Profiler.Power;
using SparseProf.Profiler.Training;
using SparseProf.Store;
using SparseProf.Store.Rows;
using SparseProf.Workloads;
using SparseProf.Workloads.Data;
using SparseProf.Workloads.Data.Synthetic;
using SparseProf.Workloads.Training;

namespace SparseProf.Profiler.Tests.Training;

public sealed class EvaluationRecorderTests : IDisposable
{
    private const int Sequence = 24;

    private readonly string _folder = Directory.CreateTempSubdirectory("sparseprof-evaluation-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_trained_classifier_is_stored_with_its_classes_groups_and_spoilt_inputs()
    {
        RequiresTorch.OrSkip();
        var data = DataCatalog.Open(SyntheticSentiment.Name, new DataOptions(Sequence: Sequence) { Synthetic = new SyntheticOptions(Train: 64, Validation: 80) });
        var config = new TransformerConfig { Layers = 1, Width = 16, Heads = 2, FfnWidth = 16, Tokens = Sequence, Positions = Sequence, Vocabulary = data.Vocabulary!.Value };
        var plan = new TrainingPlan { Workload = new Workload("dense-transformer-small", "", config, 1), Steps = 2, Batch = 16 };
        var database = Path.Combine(_folder, "test.db");
        using (var writer = MeasurementWriter.Open(database))
        {
            var session = new TrainingSession(new NoPower("planted"), writer, writer.BeginRun(SyntheticStore.Run(), []));
            session.Run(new TrainingRequest(plan, data) { Completed = (trainer, id) => new EvaluationRecorder(writer).Run(trainer, id, data) }, null, TestContext.Current.CancellationToken);
        }

        using var reader = MeasurementReader.Open(database);
        var rows = reader.Evaluations();
        Assert.All(rows, row => Assert.True(row is { Synthetic: true, DataSet: "synthetic-sentiment", Split: "validation", Step: 2 }));
        Assert.Single(Of("", "accuracy", ""));
        Assert.Single(Of("", "f1_macro", ""));
        Assert.Single(Of("", "ece", ""));
        Assert.Equal(80, Of("class negative", "accuracy", "").Single().Examples + Of("class positive", "accuracy", "").Single().Examples);
        Assert.Equal(80, rows.Where(row => row.Subgroup.StartsWith("group ", StringComparison.Ordinal)).Sum(row => row.Examples));
        Assert.Equal([1, 3, 5], Of("", "accuracy", "typos").Select(row => row.Severity));
        Assert.Equal([1, 3, 5], Of("", "accuracy", "word-drops").Select(row => row.Severity));
        Assert.All(rows.Where(row => row.Metric == "accuracy"), row => Assert.True(row.CiLow <= row.Value && row.Value <= row.CiHigh));

        IEnumerable<EvaluationRow> Of(string subgroup, string metric, string corruption) =>
            rows.Where(row => row.Subgroup == subgroup && row.Metric == metric && row.Corruption == corruption);
    }
}
