using SparseProf.Ops.Units;

namespace SparseProf.Profiler.Power;

/// <summary>Stands where a GPU's energy cannot be read, and says why.</summary>
public sealed class NoPower(string because) : IPowerSource
{
    public string Name => "none";

    public string? MissingBecause => because;

    public Seconds ShortestWindow => new(0);

    public IEnergyWindow Begin() => new Window(because);

    private sealed class Window(string because) : IEnergyWindow
    {
        public EnergyReading End() => EnergyReading.Missing(new Seconds(0), because);

        public void Dispose()
        {
        }
    }
}
