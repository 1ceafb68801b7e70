using SparseProf.Cli.Sweep.Folder;
using SparseProf.Cli.Tests.Measure;
using SparseProf.Store;
using SparseProf.Store.Merging;
using SparseProf.Store.Rows;
using SparseProf.Testing;

namespace SparseProf.Cli.Tests.Sweep;

[Collection(ConsoleCapture.Name)]
public sealed class TwoMachinesTests : IDisposable
{
    private const string Plan =
        """
        quick: true
        time_per_case: 5s
        kernels:
          - {op: gemm, m: 4, n: 16, k: [16, 32], pattern: [csr@0.5, 2:4]}
        devices: {cpu: {threads: 1}}
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("sparseprof-machines-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_sweep_that_two_machines_shared_merges_to_the_same_content_in_any_order()
    {
        await Measured("shared");
        var folder = SweepFolder.Open(At("sweeps"), "shared");
        var shards = Directory.GetFiles(Path.GetDirectoryName(folder.ShardPath(1, 1))!, "*.db").Order().ToList();
        Assert.True(shards.Count > 1, "one task has no second machine");
        OnAnotherMachine(shards[1]);
        File.Delete(At("shared.db"));

        var resumed = await Sweep("resume", "shared");
        ShardMerge.Into(At("back.db"), [.. shards.AsEnumerable().Reverse()], cancel: TestContext.Current.CancellationToken);

        Assert.Equal(0, resumed.ExitCode);
        Assert.Contains("0 of 2 tasks started", resumed.Errors);
        Assert.Equal(Content("shared.db"), Content("back.db"));
        using var reader = MeasurementReader.Open(At("shared.db"));
        Assert.Equal(2, reader.Runs().Select(run => run.DeviceKey).Distinct().Count());
        Assert.Equal(4, reader.Measurements().Select(row => row.Op).Distinct().Count());
        Assert.Equal(shards.Select(Path.GetFileName).Order(), reader.Query<string>("SELECT file FROM origin ORDER BY file"));
    }

    [Fact]
    public async Task The_same_cases_of_two_machines_stay_two_cases_each_in_any_order()
    {
        await Measured("one");
        File.Copy(At("one.db"), At("other.db"));
        OnAnotherMachine(At("other.db"));

        ShardMerge.Into(At("forth.db"), [At("one.db"), At("other.db")], cancel: TestContext.Current.CancellationToken);
        ShardMerge.Into(At("back.db"), [At("other.db"), At("one.db")], cancel: TestContext.Current.CancellationToken);
        ShardMerge.Into(At("back.db"), [At("one.db")], cancel: TestContext.Current.CancellationToken);

        Assert.Equal(Content("forth.db"), Content("back.db"));
        using var reader = MeasurementReader.Open(At("forth.db"));
        Assert.All(reader.Measurements().GroupBy(row => row.Op), same => Assert.Equal(2, same.Select(row => row.CaseKey).Distinct().Count()));
    }

    private string At(string name) => Path.Combine(_folder, name);

    private Task<(int ExitCode, string Output, string Errors)> Sweep(params string[] arguments) => ConsoleCapture.RunAsync(["sweep", .. arguments, "--sweeps", At("sweeps")]);

    private async Task Measured(string id)
    {
        RequiresTorch.OrSkip();
        File.WriteAllText(At("plan.yaml"), Plan);
        var (exitCode, _, errors) = await Sweep(At("plan.yaml"), "--id", id, "--task-time", "1s", "--db", At(id + ".db"));
        Assert.True(exitCode == 0, errors);
    }

    /// <summary>Writes a database again as another machine would have: its own device, host and runs, later, the same work.</summary>
    private void OnAnotherMachine(string database)
    {
        var written = At("written.db");
        using (var reader = MeasurementReader.Open(database))
        using (var writer = MeasurementWriter.Open(written))
        {
            foreach (var run in reader.Runs())
            {
                var id = writer.BeginRun(
                    run with { Id = 0, Key = Guid.NewGuid().ToString("n"), DeviceKey = "another", DeviceName = "Another machine", HostKey = "another", StartedUtc = run.StartedUtc.AddMinutes(1), EndedUtc = null, Outcome = null },
                    reader.Libraries(run.Id));
                foreach (var row in reader.Measurements(run.Id))
                {
                    var measurement = writer.BeginMeasurement(id, row);
                    writer.AppendSamples(measurement, SampleKind.TimeS, reader.Samples(row.Id));
                    writer.CompleteMeasurement(measurement, row.Result!);
                }

                writer.EndRun(id, run.EndedUtc!.Value.AddMinutes(1), run.Outcome!);
            }
        }

        File.Move(written, database, overwrite: true);
    }

    /// <summary>Every row of every table in the order of storage.</summary>
    private string Content(string database)
    {
        using var reader = MeasurementReader.Open(At(database));
        return string.Join('\n', reader.Query<string>("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name").SelectMany(table => reader
            .Query<dynamic>($"SELECT * FROM {table}").Cast<IDictionary<string, object?>>()
            .Select(row => $"{table}|{string.Join('|', row.Values.Select(value => value is byte[] bytes ? Convert.ToHexString(bytes) : value?.ToString()))}")));
    }
}
