using SparseProf.Ops;
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
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(90);

    /// <summary>How the run ended, with the id that it has in the store.</summary>
    /// <exception cref="UserErrorException">No driver or no such GPU.</exception>
    public static (long RunId, string Outcome) Measure(
        int gpu, string database, IReadOnlyList<GpuJob> jobs, bool resume, TimeBudget budget, string command,
        Action<GpuProgress> progress, CancellationToken cancel) =>
        Measure(gpu, database, jobs, resume ? [database] : [], budget, command, progress, cancel);

    /// <summary>How the run ended, with the id that it has in the store.</summary>
    /// <param name="known">Databases whose complete measurements on this GPU are not taken again.</param>
    /// <param name="begun">Called when the run is stored.</param>
    /// <exception cref="UserErrorException">No driver or no such GPU.</exception>
    public static (long RunId, string Outcome) Measure(
        int gpu, string database, IReadOnlyList<GpuJob> jobs, IReadOnlyList<string> known, TimeBudget budget, string command,
        Action<GpuProgress> progress, CancellationToken cancel, Action? begun = null)
    {
        var device = Identify(gpu);
        using var writer = MeasurementWriter.Open(database);
        var runId = writer.BeginRun(Describe(device, command), Libraries());
        var outcome = "failed";
        try
        {
            begun?.Invoke();
            var stored = known.SelectMany(path => Stored(path, device.Key)).ToHashSet();
            var campaign = new GpuCampaign(writer, runId, new WorkerPool(WorkerCommand.ForGpu(gpu), s_patience), stored, Shared(device));
            outcome = campaign.Run(jobs, budget, progress, cancel);
        }
        finally
        {
            writer.EndRun(runId, DateTimeOffset.UtcNow, outcome);
        }

        return (runId, outcome);
    }

    private static DeviceIdentity Identify(int gpu)
    {
        var gpus = CudaDevices.List();
        if (gpu >= 0 && gpu < gpus.Count)
            return gpus[gpu];
        throw new UserErrorException(ErrorKind.Missing, $"there is no GPU {gpu}")
        {
            Where = "--gpu",
            Allowed = gpus.Count == 0 ? "this machine shows no GPU" : $"0 to {gpus.Count - 1}",
        };
    }

    private static ObservedCaveat? Shared(DeviceIdentity device) =>
        device.Facts.GetValueOrDefault("other_processes") is { } others and not "0"
            ? new ObservedCaveat(Caveat.SharedMachine, $"{others} other processes on the GPU when the run began")
            : null;

    private static IReadOnlySet<string> Stored(string database, string deviceKey)
    {
        using var reader = MeasurementReader.Open(database);
        return GpuCampaign.Stored(reader, deviceKey);
    }

    private static IEnumerable<LibraryRow> Libraries() =>
        CudaLibraryList.OfThisMachine().Select(state => state.Loaded).OfType<Devices.Cuda.Native.LibraryIdentity>()
            .Select(library => new LibraryRow { Name = library.Name, Version = library.Version, Path = library.Path });

    // What was set in the environment decides which libraries are loaded.
    private static RunRow Describe(DeviceIdentity device, string command) => RunDescription.Of(
        device, command,
        Environment.GetEnvironmentVariables().Keys.Cast<string>().Where(name => name.StartsWith("SPARSEPROF_", StringComparison.Ordinal))
            .ToDictionary(name => name, Environment.GetEnvironmentVariable));
}
