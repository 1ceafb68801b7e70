using System.Runtime.InteropServices;
using SparseProf.Profiler.Power;
using SparseProf.Profiler.Tests.Devices;

namespace SparseProf.Profiler.Tests.Power;

public sealed class RaplPowerTests : IDisposable
{
    private const string Package = "/sys/class/powercap/intel-rapl:0";
    private readonly PlantedHost _host = new();

    public void Dispose() => _host.Dispose();

    [Fact]
    public void Without_counters_there_is_a_reason_and_never_an_estimate()
    {
        var power = RaplPower.Find(_host.Files);
        Assert.StartsWith("no RAPL counters under /sys/class/powercap", power.MissingBecause);
        using var window = power.Begin();
        Assert.Equal((null, power.MissingBecause), (window.End().Energy, window.End().MissingBecause));
    }

    [Fact]
    public void A_counter_that_is_closed_to_users_says_how_to_open_it()
    {
        _host.With(Package + "/name", "package-0").With(Package + "/energy_uj/closed", "");
        Assert.Equal($"{Package}/energy_uj is not readable: run as root, or 'sudo chmod a+r /sys/class/powercap/*/energy_uj'", RaplPower.Find(_host.Files).MissingBecause);
    }

    [Fact]
    public void Packages_and_their_memory_are_summed_over_a_wrap_and_psys_is_left_out()
    {
        Counter(Package, "package-0", "900000000", "1000000000");
        Counter("/sys/class/powercap/intel-rapl:0:0", "dram", "5000000", "1000000000");
        Counter("/sys/class/powercap/intel-rapl:1", "psys", "0", "1000000000");
        var power = RaplPower.Find(_host.Files);
        Assert.Equal("rapl package-0+dram-0", power.Name);
        using var window = power.Begin();
        Counter(Package, "package-0", "100000000", "1000000000");
        Counter("/sys/class/powercap/intel-rapl:0:0", "dram", "6000000", "1000000000");
        Thread.Sleep(2010);
        Assert.Equal(201, window.End().Energy!.Value.Value, 6);
    }

    [Fact]
    public void A_window_under_two_seconds_has_no_energy()
    {
        Counter(Package, "package-0", "1000000", "1000000000");
        using var window = RaplPower.Find(_host.Files).Begin();
        var reading = window.End();
        Assert.Null(reading.Energy);
        Assert.EndsWith("is shorter than 2.00 s", reading.MissingBecause);
    }

    [Fact]
    public unsafe void The_peak_of_memory_is_that_since_the_beginning()
    {
        var peak = PeakMemory.Begin();
        Assert.SkipUnless(peak.MissingBecause is null, $"no peak memory here: {peak.MissingBecause}");
        var before = peak.Value!.Value.Value;
        // Not from the garbage collector, which may hand out pages that are resident already.
        var block = NativeMemory.Alloc(64 << 20);
        new Span<byte>(block, 64 << 20).Fill(1);
        NativeMemory.Free(block);
        Assert.InRange(peak.Value!.Value.Value - before, 60 << 20, 200 << 20);
    }

    private void Counter(string folder, string name, string energy, string range) => _host
        .With(folder + "/name", name).With(folder + "/energy_uj", energy).With(folder + "/max_energy_range_uj", range);
}
