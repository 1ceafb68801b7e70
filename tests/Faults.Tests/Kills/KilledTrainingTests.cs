using SparseProf.Faults.Tests.Programs;
using SparseProf.Store;
using SparseProf.Testing;

namespace SparseProf.Faults.Tests.Kills;

public sealed class KilledTrainingTests : IDisposable
{
    private const int Steps = 120;
    private readonly Scratch _scratch = new();

    public void Dispose() => _scratch.Dispose();

    [Fact]
    public void Killed_training_resumes_from_its_checkpoint_to_the_same_bits()
    {
        RequiresTorch.OrSkip();
        var whole = KillChain.TimeOf(Train("undisturbed"));
        var expected = Result("undisturbed");

        var chain = new KillChain(seed: 2);
        for (var round = 0; chain.Kills < FaultCounts.Of(5); round++)
        {
            var name = $"killed{round}";
            var killed = true;
            long kept = 0;
            while (killed && chain.Kills < FaultCounts.Of(5))
            {
                using var cli = chain.StartAndKill(whole, Train(name), out killed);
                if (!File.Exists(_scratch[name + ".db"]) || new FileInfo(_scratch[name + ".db"]).Length == 0)
                    continue;
                Sound.Database(_scratch[name + ".db"]);
                var stored = StoredSteps(name);
                Assert.True(stored >= kept, $"{kept} steps were stored, {stored} are left");
                kept = stored;
            }

            var (code, _, errors) = CliProcess.Run(Train(name));
            Assert.True(code == 0, errors);
            Sound.Database(_scratch[name + ".db"]);
            Assert.Equal(expected, Result(name));
            Assert.Equal(File.ReadAllBytes(_scratch["undisturbed.safetensors"]), File.ReadAllBytes(_scratch[name + ".safetensors"]));
        }

        FaultCounts.Tell("kill -9 of training", chain.Kills);
    }

    private string[] Train(string name) =>
    [
        "train", "dense-cnn", "--steps", $"{Steps}", "--batch", "4", "--threads", "1", "--seed", "3", "--checkpoint-every", "0.2s",
        "--checkpoint", _scratch[name + ".safetensors"], "--resume", "--db", _scratch[name + ".db"],
    ];

    private long StoredSteps(string name)
    {
        using var reader = MeasurementReader.Open(_scratch[name + ".db"]);
        return reader.Query<long>("SELECT count(*) FROM training_step")[0];
    }

    /// <summary>What the completed training found, to the last bit.</summary>
    private (long? Steps, double? Loss, double Metrics) Result(string name)
    {
        using var reader = MeasurementReader.Open(_scratch[name + ".db"]);
        var row = reader.TrainingRuns().First(training => training.Result?.Outcome == "completed");
        return (row.Result!.Steps, row.Result.FinalLoss, reader.Query<double>($"SELECT sum(value) FROM evaluation WHERE training_run_id = {row.Id}")[0]);
    }
}
