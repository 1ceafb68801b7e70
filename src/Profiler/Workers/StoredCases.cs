using SparseProf.Store;
using SparseProf.Store.Rows;

namespace SparseProf.Profiler.Workers;

/// <summary>
/// What earlier runs have answered with the same GPU, driver and libraries: measurements, and failures that would come
/// again. A crash, a hang or a refusal is an answer; a lack of memory, a worker gone astray or a model without its
/// libtorch may be another time's luck.
/// </summary>
/// <param name="failuresToo">Whether failures count as answers.</param>
public sealed class StoredCases(bool failuresToo)
{
    private static readonly HashSet<string> s_answers = ["unsupported", "crash", "timeout"];

    private readonly HashSet<string> _measured = [];
    private readonly HashSet<string> _failed = [];

    /// <summary>Takes in what a database holds of the runs that <paramref name="run"/> can go on from.</summary>
    public void Add(MeasurementReader reader, RunRow run, IReadOnlyList<LibraryRow> libraries)
    {
        var runs = Runs(reader, run, libraries);
        _measured.UnionWith(reader.Measurements().Where(row => runs.Contains(row.RunId)).Select(KeyOf));
        if (failuresToo)
            _failed.UnionWith(reader.Attempts().Where(attempt => runs.Contains(attempt.RunId) && s_answers.Contains(attempt.Status)).Select(attempt => attempt.CaseKey));
    }

    public bool HasMeasured(GpuJob job) => _measured.Contains(KeyOf(job));

    /// <param name="caseKey">Under which a case would be stored now.</param>
    public bool HasFailed(GpuJob job, Func<MeasurementCase, string> caseKey) =>
        _failed.Count > 0 && job.Workload is null && !job.Calibrates && _failed.Contains(caseKey(job.ToCase()));

    /// <summary>Runs on the same GPU with the same driver and libraries, whose results stand for those of <paramref name="run"/>.</summary>
    public static IReadOnlySet<long> Runs(MeasurementReader reader, RunRow run, IReadOnlyList<LibraryRow> libraries)
    {
        var versions = Versions(libraries);
        return reader.Runs()
            .Where(other => other.Key != run.Key && other.DeviceKey == run.DeviceKey && other.DeviceDriver == run.DeviceDriver && versions.SetEquals(Versions(reader.Libraries(other.Id))))
            .Select(other => other.Id).ToHashSet();
    }

    // The algorithm is found by the search, so it cannot be part of what is looked for.
    public static string KeyOf(GpuJob job) => Key(job.Kernel, job.OpText, job.Dtype, job.Data, job.Mode.ToString(), job.Regime.ToString());

    public static string KeyOf(MeasurementRow row) => Key(row.Kernel, row.Op, row.Dtype, row.Data, row.Mode.ToString(), row.Regime.ToString());

    private static string Key(string kernel, string op, string dtype, string data, string mode, string regime) => $"{kernel}|{op}|{dtype}|{data}|{mode}|{regime}";

    private static HashSet<string> Versions(IEnumerable<LibraryRow> libraries) => [.. libraries.Select(library => $"{library.Name} {library.Version}")];
}
