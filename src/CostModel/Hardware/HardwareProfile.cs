using SparseProf.CostModel.Latency;
using SparseProf.Ops;
using SparseProf.Ops.Errors;

namespace SparseProf.CostModel.Hardware;

/// <summary>A number of a profile: SI base unit, null where unknown, with its sources and how sure it is.</summary>
public sealed record Fact(double? Value, string Confidence, IReadOnlyList<string> Sources, string? Note = null, bool Disputed = false)
{
    /// <summary>Confidence of what a run reached or read; every other peak is a data sheet's.</summary>
    public const string Measured = "measured";

    public static Fact Unknown { get; } = new(null, "unknown", []);
}

/// <summary>What is known about one accelerator. Peaks count a multiply-add as two; 2:4 peaks count the skipped zeros too.</summary>
public sealed record HardwareProfile(
    string Id, string Name, string Vendor, string Kind, string Architecture,
    IReadOnlyDictionary<string, Fact> Numbers,
    IReadOnlyDictionary<string, Fact> PeakDense,
    IReadOnlyDictionary<string, Fact> PeakTwoFour,
    IReadOnlyDictionary<string, double> Estimates)
{
    // A copy on an H200 reaches 4.27 of 4.8 TB/s.
    private const double ShareOfCopies = 0.89;

    public Fact Number(string name) => Numbers.GetValueOrDefault(name, Fact.Unknown);

    /// <summary>A fact, or the estimate that the profile keeps apart from facts.</summary>
    public double? Best(string name) => Number(name).Value ?? (Estimates.TryGetValue(name, out var estimate) ? estimate : null);

    public double? MemoryBytes => Number("memory_bytes").Value;

    public double? TdpWatts => Best("tdp_w");

    public double? PriceUsdPerHour => Number("price_usd_per_hour").Value;

    /// <summary>Dense FLOP/s of a dtype, or null where no source gives one.</summary>
    public double? Peak(DType dtype) => PeakDense.GetValueOrDefault(dtype.Name(), Fact.Unknown).Value
        ?? (Estimates.TryGetValue($"peak_dense_flops_per_s.{dtype.Name()}", out var estimate) ? estimate : null);

    /// <summary>
    /// The figures that bound kernels of one dtype and pattern. The 2:4 peak is halved, as it bounds stored weights; CSR
    /// and blocks run on what the dense peak allows. Cache and clock fall back to typical values where unknown.
    /// </summary>
    /// <param name="reached">FLOP/s that stand for the peak where no source gives one: what the device was seen to reach.</param>
    /// <exception cref="UserErrorException">No source gives the peak or the bandwidth.</exception>
    public DeviceFigures Figures(DType dtype, SparsityPattern pattern, double? reached = null)
    {
        var dense = Ceiling(PeakDense.GetValueOrDefault(dtype.Name(), Fact.Unknown), KernelPhysics.Typical.Compute) ?? Peak(dtype) ?? reached ?? throw Unusable($"no peak for {dtype.Name()}", $"dtypes with a peak: {string.Join(", ", Enum.GetValues<DType>().Where(other => Peak(other) is not null).Select(other => other.Name()))}");
        var peak = pattern is SparsityPattern.NofM && Ceiling(PeakTwoFour.GetValueOrDefault(dtype.Name(), Fact.Unknown), TypicalPhysics.TwoFourShare) is { } sparse ? sparse / 2 : dense;
        var bandwidth = Ceiling(Number("memory_bandwidth_bytes_per_s"), ShareOfCopies) ?? throw Unusable("no memory bandwidth", null);
        var units = Number("multiprocessors").Value ?? 64;
        var generation = Generation.Of(Architecture, bandwidth / units);
        var cache = Math.Max(Number("l2_cache_bytes").Value ?? units * generation.CacheBytesPerMultiprocessor, Number("l3_cache_bytes").Value ?? 0);
        return new(Id, peak, bandwidth, cache, units, Number("boost_clock_hz").Value ?? generation.Clock) { VectorPeak = Ceiling(PeakDense.GetValueOrDefault(DType.Fp32.Name(), Fact.Unknown), KernelPhysics.Typical.Compute), Architecture = Architecture, PowerShare = generation.PowerShare(TdpWatts / Peak(DType.Bf16)) };
    }

    // What a kernel reached is the peak times the share that tuned kernels reach: the physics take that share off once more.
    private static double? Ceiling(Fact fact, double share) => fact.Confidence == Fact.Measured ? fact.Value / share : fact.Value;

    /// <summary>The figures for a call; one that only moves data needs no peak of its dtype.</summary>
    public DeviceFigures Figures(KernelCall call, double? reached = null) => Figures(
        call.DType, call.Pattern,
        call.Kind is KernelKind.Softmax or KernelKind.LayerNorm or KernelKind.Elementwise ? PeakDense.Values.Max(peak => peak.Value) : reached);

    /// <summary>Why no kernel of this pattern can be sped up here, or null where one can.</summary>
    public string? Lacks(SparsityPattern pattern, DType dtype) =>
        pattern is SparsityPattern.NofM && PeakTwoFour.GetValueOrDefault(dtype.Name(), Fact.Unknown).Value is null
            ? $"no source gives {Id} a {pattern} peak for {dtype.Name()}"
            : null;

    private UserErrorException Unusable(string what, string? allowed) =>
        new(ErrorKind.WrongUsage, $"the profile has {what}") { Where = Id, Allowed = allowed, Next = "choose another dtype or profile, or add the number to a profile of your own" };
}
