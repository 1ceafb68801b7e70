using SparseProf.Cli.Sweep.Folder;
using SparseProf.Store;
using SparseProf.Testing;

namespace SparseProf.Cli.Tests.Gpu;

/// <summary>A sweep over several GPUs through the local engine, on a machine whose GPUs are simulated.</summary>
public sealed class SimulatedSweepTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sparseprof-gpu-sweep").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Each_gpu_measures_the_tasks_of_its_device_and_the_merge_holds_what_all_of_them_measured()
    {
        var (plan, database) = (Path.Combine(_folder, "plan.yaml"), Path.Combine(_folder, "all.db"));
        File.WriteAllText(
            plan,
            """
            quick: true
            kernels: [{op: gemm, dtype: bf16, m: [64, 96], n: 64, k: 64}]
            devices:
              pair: {kind: gpu, gpus: [0, 1]}
              third: {kind: gpu, gpus: 2}
            """);

        var ended = await SimulatedProgram.Run("devices=3", "", "sweep", plan, "--task-time", "1s", "--id", "gpus", "--sweeps", _folder, "--db", database);

        Assert.True(ended.ExitCode == 0, ended.Output + ended.Errors);
        var folder = SweepFolder.Open(_folder, "gpus");
        var shards = folder.Info.Tasks.Select(task => folder.ShardPath(task.Number, 1)).ToList();
        Assert.Equal(["pair", "pair", "third", "third"], folder.Info.Tasks.Select(task => task.Device));
        var runs = shards.Select(shard => Read(shard, reader => Assert.Single(reader.Runs()))).ToList();
        // Both of a pair were free when its two tasks began.
        Assert.Equal([0L, 1, 2, 2], runs.Select(run => run.DeviceIndex).Take(2).Order().Concat(runs.Select(run => run.DeviceIndex).Skip(2)));
        Assert.Equal(3, runs.Select(run => run.DeviceKey).Distinct().Count());

        Assert.Equal(4, Keys(database).Distinct().Count());
        Assert.Equal(shards.SelectMany(Keys).Order(), Keys(database).Order());
        Assert.Equal([64, 64, 96, 96], Read(database, reader => reader.Measurements().Select(row => row.M!.Value).Order().ToList()));
        Assert.All(Read(database, reader => reader.Runs()), run => Assert.Equal(SimulatedGpu.Name, run.DeviceName));
    }

    private static List<string> Keys(string database) => Read(database, reader => reader.Measurements().Select(row => row.CaseKey).ToList());

    private static T Read<T>(string database, Func<MeasurementReader, T> read)
    {
        using var reader = MeasurementReader.Open(database);
        return read(reader);
    }
}
