using System.Collections.Concurrent;
using SparseProf.CostModel.Hardware;
using SparseProf.Ops.Errors;

namespace SparseProf.CostModel.Latency;

/// <summary>Tables of other devices; a family's models are fitted when first asked for. Safe to ask from several threads.</summary>
public sealed class Priors(IReadOnlyList<(KernelTable Table, HardwareProfile Profile)> tables, int seed)
{
    private readonly ConcurrentDictionary<string, Lazy<IReadOnlyList<FamilyModel>>> _models = new();

    public static Priors None { get; } = new([], 0);

    public IReadOnlyList<string> Names { get; } = [.. tables.Select(table => $"{table.Table.Path}:{table.Profile.Id}")];

    /// <param name="texts"><c>FILE:ID</c> each.</param>
    public static Priors Read(IEnumerable<string> texts, int seed) => new([.. texts.Select(Read)], seed);

    public IReadOnlyList<FamilyModel> Models(string family) =>
        _models.GetOrAdd(family, asked => new Lazy<IReadOnlyList<FamilyModel>>(() => Fit(asked))).Value;

    private FamilyModel[] Fit(string family)
    {
        var found = tables.SelectMany(table => KernelTable.Families(table.Table.Rows.Where(row => row.Call.Family == family), table.Profile))
            .Where(table => table.Calls.Count >= Calibration.LeastShapes).ToArray();
        var fitted = new FamilyModel[found.Length];
        Parallel.For(0, found.Length, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount }, i => fitted[i] = FamilyModel.Fit(found[i], asPrior: true, seed));
        return fitted;
    }

    private static (KernelTable Table, HardwareProfile Profile) Read(string text)
    {
        var colon = text.LastIndexOf(':');
        if (colon <= 0 || colon == text.Length - 1)
            throw new UserErrorException(ErrorKind.WrongUsage, $"--prior '{text}' names no profile") { Allowed = "FILE:PROFILE, such as h100.csv:nvidia-h100-sxm5-80gb" };
        return (KernelTable.Read(text[..colon], needLatency: true), ProfileCatalog.Load(text[(colon + 1)..]));
    }
}
