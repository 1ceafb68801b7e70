namespace SparseProf.Peers;

/// <summary>The same work done by us and by what a user would pick instead, interleaved in one run.</summary>
internal interface IPeerBench
{
    string Name { get; }

    /// <summary>One line a comparison.</summary>
    IEnumerable<Comparison> Run();
}

/// <param name="Ratio">Our time over the peer's: below 1 we are faster.</param>
/// <param name="AtMost">The ratio that is aimed at.</param>
/// <param name="AtLeast">Where being much faster would be as wrong as being slower; else 0.</param>
internal sealed record Comparison(string Work, string Peer, double OurSeconds, double PeerSeconds, PairedRatio Ratio, double AtMost, double AtLeast = 0)
{
    public bool Met => Ratio.Median <= AtMost && Ratio.Median >= AtLeast;
}
