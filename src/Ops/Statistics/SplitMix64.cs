namespace SparseProf.Ops.Statistics;

/// <summary>
/// SplitMix64 (Steele, Lea and Flood 2014): a small generator whose stream depends on seed and stream number alone, so
/// that parallel work gives the same numbers whatever the threads.
/// </summary>
public struct SplitMix64(long seed, long stream)
{
    private ulong _state = Mix(((ulong)seed * 0x9E3779B97F4A7C15) + Mix((ulong)stream + 0x632BE59BD9B4E019));

    public ulong Next() => Mix(_state += 0x9E3779B97F4A7C15);

    /// <summary>Uniform in [0, 1).</summary>
    public double NextUniform() => (Next() >> 11) * (1.0 / (1UL << 53));

    /// <summary>Uniform in 0 … bound − 1 (Lemire's multiplication; the bias of 2⁻⁶⁴·bound is far below any count here).</summary>
    public int NextIndex(int bound) => (int)Math.BigMul(Next(), (ulong)bound, out _);

    /// <summary>Standard normal (Box and Muller 1958).</summary>
    public double NextNormal() => Math.Sqrt(-2 * Math.Log(1 - NextUniform())) * Math.Cos(2 * Math.PI * NextUniform());

    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
