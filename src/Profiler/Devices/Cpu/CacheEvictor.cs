namespace SparseProf.Profiler.Devices.Cpu;

/// <summary>Drives everything out of the caches by writing twice the last level, on all processors so that their own levels go too.</summary>
internal sealed class CacheEvictor(long lastLevelBytes)
{
    private const int CacheLine = 64;

    private readonly byte[] _buffer = GC.AllocateUninitializedArray<byte>((int)Math.Min(2 * lastLevelBytes, Array.MaxLength));
    private byte _value;

    public void Evict()
    {
        _value++;
        var stretch = _buffer.Length / Environment.ProcessorCount / CacheLine * CacheLine;
        Parallel.For(0, Environment.ProcessorCount, processor => _buffer.AsSpan(processor * stretch, stretch).Fill(_value));
    }
}
