using System.Runtime.InteropServices;
using SparseProf.Profiler.Devices;

namespace SparseProf.Profiler.Sampling;

/// <summary>Samples as they come, and which of them were handed over.</summary>
internal sealed class SampleList
{
    private readonly List<double> _times = [];
    private readonly List<Timing> _pending = [];

    public int Count => _times.Count;

    public ReadOnlySpan<double> Times => CollectionsMarshal.AsSpan(_times);

    public void Add(Timing timing)
    {
        _times.Add(timing.PerCall.Value);
        _pending.Add(timing);
    }

    public void HandOver(Action<IReadOnlyList<Timing>>? handOver)
    {
        if (_pending.Count > 0)
            handOver?.Invoke([.. _pending]);
        _pending.Clear();
    }
}
