using System.Globalization;

namespace SparseProf.CostModel.Hardware;

/// <summary>
/// What devices of one architecture have in common that a data sheet does not say, relative to Hopper: time that each
/// kernel takes whatever its size, and the shares of peak and bandwidth that tuned libraries reach. From public tables of
/// bf16 products: A100, L40S and H100 by aiconfigurator; B200 by vllmbench, of which the fixed time counts by less than
/// half, as that campaign did not replay graphs.
/// </summary>
/// <param name="FixedSeconds">More than Hopper's, s.</param>
/// <param name="Compute">Share of the peak over Hopper's.</param>
/// <param name="Memory">Share of the bandwidth over Hopper's.</param>
/// <param name="WattsPerFlops">Watts that the share of arithmetic takes over the bf16 peak, J: the limit of the board it is from, less for an A100, which reaches it with some to spare; 0 where unknown.</param>
/// <param name="CacheBytesPerMultiprocessor">Last-level cache where the profile has none: the mean of profiles of the architecture.</param>
/// <param name="HalfWidth">In logs, what is added to the doubt of a transfer to it: its figures come from another campaign than its sources'.</param>
/// <param name="Clock">Boost clock where the profile has none, Hz.</param>
public sealed record Generation(string Name, double FixedSeconds, double Compute, double Memory, double WattsPerFlops, double CacheBytesPerMultiprocessor, double Clock, double HalfWidth = 0)
{
    public static Generation Hopper { get; } = new("Hopper", 0, 1, 1, 700 / 989.5e12, 380e3, 1.9e9);

    /// <summary>Nothing is known of it but its data sheet.</summary>
    public static Generation Unknown { get; } = new("", 0, 1, 1, 0, 256e3, 1.5e9);

    private static readonly Generation Ampere = new("Ampere", 0.2e-6, 0.9, 0.89, 350 / 312e12, 370e3, 1.41e9);
    private static readonly Generation Ada = new("Ada", -0.3e-6, 0.87, 1.05, 350 / 362e12, 650e3, 2.5e9);
    private static readonly Generation Blackwell = new("Blackwell", 1e-6, 0.93, 0.95, 1000 / 2250e12, 850e3, 1.96e9, 0.05);

    // Boards of these chips have no tensor memory and a narrower bus: to libraries they are Ada's successors, not B200's kin.
    private static readonly Generation BlackwellBoard = Ada with { Name = "Blackwell board", CacheBytesPerMultiprocessor = 565e3 };

    // A multiprocessor of a server chip with stacked memory is fed tens of GB/s, one of a board under ten.
    private const double StackedMemory = 15e9;

    /// <summary>
    /// What a tighter power limit leaves of the rate of arithmetic: the square root of the watts a FLOP/s over those of the
    /// generation's reference. Between those of vllmbench's A100 PCIe (power 0.3) and H100 PCIe (0.7).
    /// </summary>
    public double PowerShare(double? wattsPerFlops) => WattsPerFlops > 0 && wattsPerFlops < WattsPerFlops ? Math.Sqrt(wattsPerFlops.Value / WattsPerFlops) : 1;

    public bool IsKnown => Name.Length > 0;

    /// <param name="architecture">As profiles say it: <c>Blackwell (GB100)</c>.</param>
    /// <param name="bandwidthPerMultiprocessor">B/s.</param>
    public static Generation Of(string architecture, double bandwidthPerMultiprocessor)
    {
        bool Says(string name) => CultureInfo.InvariantCulture.CompareInfo.IndexOf(architecture, name, CompareOptions.IgnoreCase) >= 0;
        var stacked = bandwidthPerMultiprocessor > StackedMemory;
        return Says("Hopper") ? Hopper
            : Says("Blackwell") ? (stacked ? Blackwell : BlackwellBoard)
            : Says("Ampere") && stacked ? Ampere
            : Says("Ada") ? Ada
            : Unknown;
    }
}
