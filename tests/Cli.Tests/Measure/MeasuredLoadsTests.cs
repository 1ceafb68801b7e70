using SparseProf.Cli.Measure;

namespace SparseProf.Cli.Tests.Measure;

public sealed class MeasuredLoadsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sparseprof-loads").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void The_latest_training_of_a_mixture_tells_its_loads_expert_by_expert_at_its_last_step()
    {
        var database = Path.Combine(_folder, "runs.db");
        Assert.Null(MeasuredLoads.Of(database));
        SyntheticTraining.Write(database, SyntheticTraining.Case("dense-transformer"), 0.9);
        Assert.Null(MeasuredLoads.Of(database));
        SyntheticTraining.Write(database, SyntheticTraining.Case("switch-moe"), 0.9, Loads(step: 100, busiest: 3));
        // Twelve experts: the tenth comes after the ninth, not after the first.
        SyntheticTraining.Write(database, SyntheticTraining.Case("switch-moe", seed: 1), 0.9, Loads(step: 50, busiest: 1).Concat(Loads(step: 90, busiest: 10)));

        Assert.Equal("measured_0.05/0.05/0.05/0.05/0.05/0.05/0.05/0.05/0.05/0.05/0.45/0.05", MeasuredLoads.Of(database)!.Text);
    }

    private static IEnumerable<(string Name, long Step, double Value)> Loads(long step, int busiest) =>
        Enumerable.Range(0, 12).SelectMany(expert => new[] { ($"expert_load.0.{expert}", step, expert == busiest ? 0.45 : 0.05), ($"expert_load.1.{expert}", step, 0.2) });
}
