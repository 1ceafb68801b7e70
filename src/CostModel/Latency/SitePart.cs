namespace SparseProf.CostModel.Latency;

/// <summary>Splits rows into parts that hold whole sites, so that a held-out part shows how shapes never seen will fare.</summary>
public static class SitePart
{
    public static int[] Of(IReadOnlyList<KernelCall> calls, int parts, int seed)
    {
        var names = calls.Select(call => call.Site).ToArray();
        var sites = names.Distinct().ToArray();
        if (sites.Length < 2 * parts)
        {
            names = [.. Enumerable.Range(0, names.Length).Select(i => i.ToString())];
            sites = [.. names];
        }

        new Random(seed).Shuffle(sites);
        var place = sites.Select((site, i) => (site, i)).ToDictionary(pair => pair.site, pair => pair.i % parts);
        return [.. names.Select(name => place[name])];
    }
}
