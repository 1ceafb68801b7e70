using SparseProf.Cli.Tests.Measure;
using SparseProf.Cli.Train;
using SparseProf.Store;
using SparseProf.Store.Rows;

namespace SparseProf.Cli.Tests.Train;

public sealed class TrainTextTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sparseprof-train-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_training_reads_as_text()
    {
        var database = Path.Combine(_folder, "test.db");
        Store(database);
        using var reader = MeasurementReader.Open(database);
        using var output = new StringWriter();

        TrainText.Write(Assert.Single(reader.TrainingRuns()), reader, "sparseprof.db", output);

        Assert.Equal(
            """
            switch-moe, rigl csr@0.1, on synthetic-sentiment, seed 3: interrupted after 2 steps, 2.00 s
              parameters   1.00 M, 100 K nonzero, 500 K active
              loss         0.7000 at step 1, 0.6000 at step 2
              validation accuracy: 91.0 % (90.0 – 92.0)
              throughput   64 examples/s
              training     3.00 GFLOP dense-equivalent, 1.00 GFLOP on kept weights
              energy       not measured, no counter
              experts      busiest 1.50× the mean, 2.5 % of choices dropped, router entropy 0.90 (last tenth of the steps)
            training 1 with 2 steps in sparseprof.db
            next: name a --checkpoint, so that a stopped training can go on

            """,
            output.ToString());
    }

    [Fact]
    public void A_loss_that_was_no_number_is_called_so()
    {
        var database = Path.Combine(_folder, "test.db");
        Store(database, lastLoss: double.NaN);
        using var reader = MeasurementReader.Open(database);
        using var output = new StringWriter();

        TrainText.Write(Assert.Single(reader.TrainingRuns()), reader, "sparseprof.db", output);

        Assert.Contains("loss         0.7000 at step 1, no number at step 2", output.ToString(), StringComparison.Ordinal);
    }

    private static void Store(string database, double lastLoss = 0.6)
    {
        using var writer = MeasurementWriter.Open(database);
        var training = writer.BeginTraining(writer.BeginRun(PlantedRun.Completed with { Id = 0, EndedUtc = null, Outcome = null }, []), SomeTraining.Case with
        {
            Workload = "switch-moe",
            DataSet = "synthetic-sentiment",
            Seed = 3,
            ParametersActive = 5e5,
        });
        TrainingMetricRow[] metrics = [Metric("load_imbalance", 1.5), Metric("dropped_share", 0.025), Metric("router_entropy", 0.9)];
        writer.AppendTrainingStep(training, new TrainingStepRow { Step = 1, ElapsedS = 1, Examples = 64, Loss = 0.7 });
        writer.AppendTrainingStep(training, new TrainingStepRow { Step = 2, ElapsedS = 2, Examples = 128, Loss = lastLoss }, metrics);
        writer.AppendEvaluation(training, SomeTraining.Accuracy(0.91, step: 2));
        writer.EndTraining(training, new TrainingResult
        {
            EndedUtc = DateTimeOffset.UnixEpoch,
            Outcome = "interrupted",
            Steps = 2,
            ElapsedS = 2,
            DenseEquivalentFlops = 3e9,
            NonzeroFlops = 1e9,
            EnergyMissingBecause = "no counter",
        });

        static TrainingMetricRow Metric(string name, double value) => new() { Step = 2, Name = name, Value = value };
    }
}
