using SparseProf.Ops.Errors;

namespace SparseProf.Ops;

/// <summary>A reason to doubt a measurement, with its cause and its remedy. The list is closed: doubts are counted and filtered, not worded anew.</summary>
public sealed class Caveat
{
    private static readonly List<Caveat> s_all = [];

    private Caveat(string name, string cause, string remedy)
    {
        Name = name;
        Cause = cause;
        Remedy = remedy;
        s_all.Add(this);
    }

    public static Caveat Noisy { get; } = new("noisy",
        "the samples spread by more than 5 % (interquartile range ÷ median), or the interval was still wide when time ran out",
        "measure again on a quiet machine, or with a longer time limit");

    public static Caveat Drifting { get; } = new("drifting",
        "the time moved by more than 1 % from the first sample to the last (Theil–Sen slope)",
        "let the machine warm up longer, or compare interleaved");

    public static Caveat Bimodal { get; } = new("bimodal",
        "the samples fall into two groups with a gap between them",
        "look at the raw samples; pin threads or the clock, or find the neighbour that comes and goes");

    public static Caveat SharedMachine { get; } = new("shared_machine",
        "other work ran on the device, or a hypervisor took processor time away",
        "measure again when the device is idle");

    public static Caveat BelowTimerResolution { get; } = new("below_timer_resolution",
        "one call is too short for the timer and could not be batched in this mode",
        "use hot or graph mode, which batch calls");

    public static Caveat LaunchBound { get; } = new("launch_bound",
        "one call is about as short as starting an empty one",
        "batch more work into a call; the time says little about the arithmetic");

    public static Caveat Unverified { get; } = new("unverified",
        "the result was not compared with a reference, or did not agree with it",
        "do not use the time; run the correctness check");

    public static Caveat Throttled { get; } = new("throttled",
        "the device slowed itself down because of heat or a hardware brake",
        "improve the cooling or wait until the device is cool");

    public static Caveat PowerCapped { get; } = new("power_capped",
        "the power limit held the clock down for more than 5 % of the time",
        "expected in sustained operation; compare with the burst regime");

    public static Caveat ClockLow { get; } = new("clock_low",
        "the median clock was below 95 % of the highest that this run has seen, and neither the power limit nor heat was seen to hold it down",
        "check the power limit and the temperature, or compare cycles in place of seconds");

    public static Caveat EnergySuspect { get; } = new("energy_suspect",
        "the energy counter and the integrated power differ by more than 5 %",
        "measure a longer window");

    public static Caveat TemperatureDiffers { get; } = new("temperature_differs",
        "the device was warmer or cooler than while the case that it is compared with was measured, by more than 3 °C",
        "compare energies after both have run for longer, or look at the power of both at rest");

    public static Caveat DeviceDrifted { get; } = new("device_drifted",
        "a fixed product or copy that is timed again and again during a run took another time than when the run began, by more than 1 %",
        "compare only what was measured in turns; run again once temperature, clock and neighbours are steady");

    public static Caveat FallbackPower { get; } = new("fallback_power",
        "the device offers no energy counter; power readings were integrated instead",
        "treat the energy as rough, at best ±10 %");

    public static Caveat BaselineSuspect { get; } = new("baseline_suspect",
        "the dense baseline is slower than the device can plausibly be, so the speed-up is too good",
        "search more dense algorithms before quoting the speed-up");

    public static Caveat CacheNotFlushed { get; } = new("cache_not_flushed",
        "a cold measurement moved bytes faster than memory can",
        "treat the time as hot");

    public static Caveat Implausible { get; } = new("implausible",
        "the time or energy lies outside what the device can physically do",
        "do not use it; report it as a defect");

    public static Caveat TimingFallback { get; } = new("timing_fallback",
        "the usual way to hide launch latency did not work and another was used",
        "compare only with measurements that carry the same caveat");

    public static Caveat Synthetic { get; } = new("synthetic",
        "data or inputs were generated, not real",
        "use real data before you decide");

    public static Caveat Interrupted { get; } = new("interrupted",
        "measuring was stopped before its stopping rule was met",
        "continue with --resume");

    public static IReadOnlyList<Caveat> All => s_all;

    /// <summary>The name in the database and in JSON.</summary>
    public string Name { get; }

    public string Cause { get; }

    public string Remedy { get; }

    /// <exception cref="UserErrorException">No caveat has this name; the database is of another version or was edited.</exception>
    public static Caveat Parse(string name) =>
        s_all.Find(caveat => caveat.Name == name) ?? throw Suggestion.UnknownName("caveat", name, [.. s_all.Select(caveat => caveat.Name)]);

    public override string ToString() => Name;
}

/// <summary>A caveat and what was seen: "relative interquartile range 7.2 %".</summary>
public sealed record ObservedCaveat(Caveat Caveat, string Evidence);
