using SparseProf.CostModel.Decisions.Deployment;
using SparseProf.CostModel.Scaling.Advice;
using SparseProf.CostModel.Scaling.Data;
using SparseProf.CostModel.Scaling.Laws;
using SparseProf.CostModel.Tests.Scaling;
using SparseProf.Ops;
using SparseProf.Store;
using SparseProf.Store.Rows;

namespace SparseProf.CostModel.Tests.Decisions.Deployment;

public sealed class QualityBookTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sparseprof-quality-").FullName;

    public void Dispose()
    {
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public void The_change_is_that_of_the_last_evaluations_against_the_dense_ones()
    {
        using var store = Store(("dense", 0, 0.90), ("dense", 0, 0.92), ("2:4", 0.5, 0.88), ("2:4", 0.5, 0.90));

        var quality = new QualityBook(store, "encoder", null, 1e8, null).Of(SparsityPattern.TwoFour, DType.Bf16);

        Assert.Equal(QualitySource.Evaluations, quality.Source);
        Assert.Equal(-0.02, quality.Change!.Value.Value, 1e-12);
        Assert.Equal(0.89, quality.Level!.Value.Value, 1e-12);
        Assert.True(quality.Change.Value.Low < -0.02 && quality.Change.Value.High > -0.02);
        Assert.Contains("on synthetic data", quality.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Another_density_of_the_same_format_says_nothing()
    {
        using var store = Store(("dense", 0, 0.9), ("csr@0.1", 0.9, 0.8));

        var quality = new QualityBook(store, "encoder", null, 1e8, null).Of(new SparsityPattern.Unstructured(new(0.5)), DType.Bf16);

        Assert.Equal(QualitySource.Unknown, quality.Source);
    }

    [Fact]
    public void A_scaling_law_gives_the_relative_loss_at_equal_size_and_data()
    {
        var law = ScalingLaws.Find("kappa");
        var fit = new SavedFit(law, ParameterConvention.Total, PlantedLaw.Kappa, [], null);

        var quality = new QualityBook(null, "encoder", fit, 1e8, 2e9).Of(SparsityPattern.TwoFour, DType.Bf16);

        Assert.Equal(QualitySource.ScalingLaw, quality.Source);
        Assert.Equal(law.Loss(PlantedLaw.Kappa, 1e8, 2e9, 0.5) / law.Loss(PlantedLaw.Kappa, 1e8, 2e9, 0) - 1, quality.Change!.Value.Value, 1e-12);
    }

    [Fact]
    public void Eight_bit_types_are_not_taken_for_the_dense_baseline()
    {
        var book = new QualityBook(null, "encoder", null, 1e8, null);

        Assert.Equal(QualitySource.Baseline, book.Of(SparsityPattern.Dense.Instance, DType.Bf16).Source);
        Assert.Equal(QualitySource.Unknown, book.Of(SparsityPattern.Dense.Instance, DType.Fp8).Source);
    }

    // One training a row, with an early evaluation that must not count.
    private MeasurementReader Store(params (string Pattern, double Sparsity, double Accuracy)[] trainings)
    {
        var path = Path.Combine(_folder, "store.db");
        var time = DateTimeOffset.UnixEpoch;
        using (var writer = MeasurementWriter.Open(path))
        {
            var run = writer.BeginRun(SyntheticStore.Run(), []);
            foreach (var (pattern, sparsity, accuracy) in trainings)
            {
                var id = writer.BeginTraining(run, SomeTraining.Case with
                {
                    CaseKey = $"{pattern}{accuracy}",
                    Workload = "encoder",
                    DataSet = "planted",
                    Method = "magnitude",
                    Pattern = pattern,
                    Sparsity = sparsity,
                    ParametersNonzero = 1e8,
                });
                writer.EndTraining(id, new TrainingResult { EndedUtc = time, Outcome = "completed", Steps = 2 });
                foreach (var (step, value) in new[] { (1, 0.1), (2, accuracy) })
                    writer.AppendEvaluation(id, SomeTraining.Accuracy(value, step) with { DataSet = "planted", Split = "test", Examples = 100 });
            }
        }

        return MeasurementReader.Open(path);
    }
}
