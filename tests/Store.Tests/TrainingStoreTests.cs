using SparseProf.Store.Rows;

namespace SparseProf.Store.Tests;

public sealed class TrainingStoreTests : IDisposable
{
    private readonly TemporaryDatabase _database = new();

    public void Dispose() => _database.Dispose();

    [Fact]
    public void A_training_keeps_its_steps_metrics_evaluations_and_end()
    {
        using var writer = MeasurementWriter.Open(_database.Path);
        var training = writer.BeginTraining(writer.BeginRun(Some.Run(), []), SomeTraining.Case);
        writer.AppendTrainingStep(
            training,
            new TrainingStepRow { Step = 1, ElapsedS = 0.5, Examples = 64, Loss = double.NaN, LearningRate = 0.1 },
            [new TrainingMetricRow { Step = 1, Name = "mask_turnover", Value = 0.3 }]);
        writer.AppendEvaluation(training, SomeTraining.Accuracy(0.91));
        writer.EndTraining(training, new TrainingResult { EndedUtc = Some.Run().StartedUtc, Outcome = "diverged", Steps = 1, Decayed = false });

        using var reader = MeasurementReader.Open(_database.Path);
        var row = Assert.Single(reader.TrainingRuns());
        Assert.Equal(("rigl", true, "diverged", false), (row.Method, row.Synthetic, row.Result!.Outcome, row.Result.Decayed));
        Assert.Null(Assert.Single(reader.TrainingSteps(row.Id)).Loss);
        Assert.Equal(0.3, Assert.Single(reader.TrainingMetrics(row.Id)).Value);
        Assert.Equal(0.91, Assert.Single(reader.Evaluations()).Value);
    }

    [Fact]
    public void The_same_table_is_imported_once()
    {
        var import = new ImportRow { Kind = "kernels", File = "h200.csv", Sha256 = "abc", ImportedUtc = Some.Run().StartedUtc, Device = "h200" };
        var row = new ImportedKernelRow { Line = 2, Op = "gemm", Dtype = "bf16", Pattern = "2:4", M = 1, N = 2, K = 3, LatencyS = 1e-5 };
        using var writer = MeasurementWriter.Open(_database.Path);
        Assert.True(writer.ImportKernels(import, [row, row with { Line = 3, TopK = 2 }]));
        Assert.False(writer.ImportKernels(import with { File = "copy.csv" }, [row]));
        Assert.True(writer.ImportLosses(
            import with { Kind = "losses", Device = "" },
            [new ImportedLossRow { Line = 2, Parameters = 1e8, ParametersKind = "active", Tokens = null, Sparsity = 0.5, Loss = 2.5 }]));

        using var reader = MeasurementReader.Open(_database.Path);
        Assert.Equal([2L, 1L], reader.Imports().Select(stored => stored.Rows));
        Assert.Equal(2, reader.ImportedKernels(1)[1].TopK);
        Assert.Null(Assert.Single(reader.ImportedLosses(2)).Tokens);
    }

    [Fact]
    public void A_table_with_one_bad_row_leaves_nothing_behind()
    {
        var import = new ImportRow { Kind = "losses", File = "l.csv", Sha256 = "abc", ImportedUtc = Some.Run().StartedUtc };
        var row = new ImportedLossRow { Line = 2, Parameters = 1e8, ParametersKind = "active", Sparsity = 0.5, Loss = 2.5 };
        using var writer = MeasurementWriter.Open(_database.Path);
        Assert.Throws<Ops.Errors.UserErrorException>(() => writer.ImportLosses(import, [row, row with { Line = 3, ParametersKind = "guessed" }]));
        using var reader = MeasurementReader.Open(_database.Path);
        Assert.Empty(reader.Imports());
        Assert.True(writer.ImportLosses(import, [row]));
    }
}
