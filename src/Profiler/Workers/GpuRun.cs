using SparseProf.Ops.Errors;
using SparseProf.Profiler.Devices;
using SparseProf.Profiler.Devices.Cuda;
using SparseProf.Profiler.Experiment;
using SparseProf.Profiler.Sampling;
using SparseProf.Store;
using SparseProf.Store.Rows;

namespace SparseProf.Profiler.Workers;

/// <summary>A whole run on one GPU, from its identity to its end in the store.</summary>
public static class GpuRun
{
    // Searching every algorithm of a library on a large shape takes longest.
    private const double UsualPatience = 45;

    private const string PatienceVariable = "SPARSEPROF_CASE_TIMEOUT_S";

    /// <summary>Measures what earlier runs have not answered.</summary>
    /// <param name="known">Databases whose complete measurements with this GPU, driver and libraries are not taken again.</param>
    /// <param name="settings">What was chosen or defaulted, by name.</param>
    /// <param name="begun">Called when the run is stored.</param>
    /// <param name="failuresToo">Nor are crashes, hangs and refusals tried again that the databases hold.</param>
    public static GpuRunEnd Measure(
        DeviceIdentity device, string database, IReadOnlyList<GpuJob> jobs, IReadOnlyList<string> known, TimeBudget budget, string command,
        IReadOnlyDictionary<string, string?> settings, Action<GpuProgress> progress, CancellationToken cancel, Action? begun = null, bool failuresToo = false)
    {
        using var writer = MeasurementWriter.Open(database);
        var run = Describe(device, command, settings);
        var libraries = Libraries().ToList();
        var runId = writer.BeginRun(run, libraries);
        var outcome = "failed";
        using var monitor = new GpuWatcher(device.Index);
        try
        {
            begun?.Invoke();
            var stored = new StoredCases(failuresToo);
            foreach (var path in known)
            {
                using var reader = MeasurementReader.Open(path);
                stored.Add(reader, run, libraries);
            }

            var campaign = new GpuCampaign(writer, runId, device, WorkerCommand.ForGpu(device.Index), Patience(), monitor.Watch, stored);
            outcome = campaign.Run(jobs, budget, progress, cancel);
            return new GpuRunEnd(runId, outcome, null);
        }
        catch (UserErrorException lost)
        {
            return new GpuRunEnd(runId, outcome, lost);
        }
        finally
        {
            writer.EndRun(runId, DateTimeOffset.UtcNow, outcome);
        }
    }

    /// <exception cref="UserErrorException">No driver or no such GPU.</exception>
    public static DeviceIdentity Identify(int gpu)
    {
        var gpus = CudaDevices.List();
        if (gpu >= 0 && gpu < gpus.Count)
            return gpus[gpu];
        throw new UserErrorException(ErrorKind.Missing, $"there is no GPU {gpu}")
        {
            Where = "--gpu",
            Allowed = gpus.Count == 0 ? "this machine shows no GPU" : $"0 to {gpus.Count - 1}",
            Next = "'sparseprof devices' lists what there is",
        };
    }

    private static TimeSpan Patience() => Environment.GetEnvironmentVariable(PatienceVariable) is not { Length: > 0 } text
        ? TimeSpan.FromSeconds(UsualPatience)
        : double.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out var seconds) && seconds is > 0 and < 1e6
            ? TimeSpan.FromSeconds(seconds)
            : throw new UserErrorException(ErrorKind.WrongUsage, $"'{text}' is not a time") { Where = PatienceVariable, Allowed = "seconds, more than 0" };

    private static IEnumerable<LibraryRow> Libraries() =>
        CudaLibraryList.OfThisMachine().Select(state => state.Loaded).OfType<Devices.Cuda.Native.LibraryIdentity>()
            .Select(library => new LibraryRow { Name = library.Name, Version = library.Version, Path = library.Path });

    // What was set in the environment decides which libraries are loaded.
    private static RunRow Describe(DeviceIdentity device, string command, IReadOnlyDictionary<string, string?> settings) => RunDescription.Of(
        device, command,
        Environment.GetEnvironmentVariables().Keys.Cast<string>().Where(name => name.StartsWith("SPARSEPROF_", StringComparison.Ordinal))
            .ToDictionary(name => name, Environment.GetEnvironmentVariable).Concat(settings).ToDictionary());
}

/// <summary>How a run on a GPU ended.</summary>
/// <param name="Outcome">completed, interrupted, out_of_time or failed.</param>
/// <param name="Failure">Of failed: the GPU was lost, or no worker starts. What was measured before is stored.</param>
public sealed record GpuRunEnd(long RunId, string Outcome, UserErrorException? Failure);
