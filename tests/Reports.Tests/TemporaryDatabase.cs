using SparseProf.Ops.Architectures;
using SparseProf.Reports.Document;
using SparseProf.Reports.Evidence;
using SparseProf.Store;
using SparseProf.Testing;

namespace SparseProf.Reports.Tests;

/// <summary>A database in a folder of its own, removed afterwards.</summary>
public sealed class TemporaryDatabase : IDisposable
{
    private static readonly Lazy<ReportDocument> s_whole = new(() =>
    {
        using var planted = Planted();
        return planted.Report(new Dictionary<string, Architecture> { ["dense-transformer"] = new TransformerConfig() }, []);
    });

    private readonly string _folder = Directory.CreateTempSubdirectory("sparseprof-report-test-").FullName;

    public string Path => System.IO.Path.Combine(_folder, "planted.db");

    public string Folder => _folder;

    /// <summary>A database with a small synthetic run.</summary>
    public static TemporaryDatabase Planted(int kernels = 40, int powerReadings = 300, string model = "dense-transformer", double sparseSpeed = 1)
    {
        var database = new TemporaryDatabase();
        SyntheticStore.Write(database.Path, kernels, powerReadings, model: model, sparseSpeed: sparseSpeed);
        return database;
    }

    public static TemporaryDatabase Empty()
    {
        var database = new TemporaryDatabase();
        MeasurementWriter.Open(database.Path).Dispose();
        return database;
    }

    /// <summary>The report of a small synthetic run with everything in it, made once.</summary>
    public static ReportDocument WholeReport => s_whole.Value;

    /// <summary>Without predictions for accelerators, which take longer than the rest.</summary>
    public ReportDocument Report(params long[] runs) => Report(new Dictionary<string, Architecture>(), runs);

    private ReportDocument Report(IReadOnlyDictionary<string, Architecture> architectures, long[] runs) =>
        ReportBuilder.Build(new ReportRequest(Path, null, runs, "1.2.3", architectures) { Clock = new FixedClock() });

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private sealed class FixedClock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => new(2026, 3, 4, 5, 6, 7, TimeSpan.Zero);
    }
}
