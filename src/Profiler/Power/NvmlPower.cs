using SparseProf.Ops;
using SparseProf.Ops.Units;
using SparseProf.Profiler.Devices.Cuda.Native.Nvml;

namespace SparseProf.Profiler.Power;

/// <summary>Energy of one GPU through NVML; covers the whole board.</summary>
internal sealed class NvmlPower(NvmlLibrary nvml, nint device) : IPowerSource
{
    private const double SuspectDisagreement = 0.05;

    // The counter's steps are found to within this.
    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(5);

    public string Name => "nvml total energy";

    public string? MissingBecause { get; } =
        nvml.TryTotalEnergy(device) is null && nvml.TryPowerUsage(device) is null
            ? "NVML refuses both the energy counter and the power reading of this GPU"
            : null;

    public Seconds ShortestWindow => new(5);

    public IEnergyWindow Begin() => new Window(new NvmlRecorder(nvml, device, s_interval, energyOnly: true));

    private sealed class Window(NvmlRecorder recorder) : IEnergyWindow
    {
        public EnergyReading End()
        {
            var window = recorder.Elapsed;
            var readings = recorder.Stop();
            var series = readings.Select(reading => new PowerSample(reading.Time, reading.Power)).ToList();
            if (recorder.Failure is { } failure)
                return EnergyReading.Missing(window, failure) with { Series = series };
            if (NvmlEnergy.Of(readings, window) is not { } energy)
                return EnergyReading.Missing(window, $"{window} is too short: NVML needs {NvmlEnergy.Settling} to settle and {NvmlEnergy.ShortestSpan} to count") with { Series = series };
            return new EnergyReading(energy.Energy, energy.Span, null, series, Caveats(energy))
            {
                Steps = energy.Steps,
                Disagreement = energy.Disagreement,
                Uncertainty = energy.Uncertainty,
            };
        }

        public void Dispose() => recorder.Dispose();

        private static IReadOnlyList<ObservedCaveat> Caveats(NvmlEnergy energy)
        {
            if (!energy.FromCounter)
                return [new ObservedCaveat(Caveat.FallbackPower, "the energy counter did not move or is refused")];
            return energy.Disagreement is > SuspectDisagreement and { } share
                ? [new ObservedCaveat(Caveat.EnergySuspect, $"counter and integrated power differ by {share:P1}")]
                : [];
        }
    }
}
