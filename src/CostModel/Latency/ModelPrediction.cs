using SparseProf.CostModel.Hardware;
using SparseProf.Ops.Statistics;

namespace SparseProf.CostModel.Latency;

/// <summary>Latency of one node of a model's graph, all its repetitions together.</summary>
public sealed record NodePrediction(string Name, string Op, int Count, Estimate Seconds);

/// <summary>What one family of kernels adds to a model's latency: seconds, and how far they may lie below and above.</summary>
public readonly record struct FamilyPart(double Seconds, double Down, double Up);

/// <summary>One forward pass of a model on one device. Memory in bytes; energy null where the device has no power limit.</summary>
public sealed record ModelPrediction(
    string Profile, Estimate Seconds, Estimate? Joules, double WeightBytes, double ActivationBytes, double CacheBytes, double? DeviceBytes, bool OutOfRange,
    IReadOnlyList<NodePrediction> Nodes, IReadOnlyDictionary<string, FamilyPart> Families)
{
    public double TotalBytes => WeightBytes + ActivationBytes + CacheBytes;

    public bool? Fits => DeviceBytes is { } bytes ? TotalBytes <= bytes : null;
}

/// <summary>
/// A model's latency is the sum over its kernels, each at least the time that the host needs to launch it. Errors of
/// kernels of one family share their cause, so half-widths add up within a family; families are taken as independent.
/// Energy is the sum of latency × power; its interval takes both errors as independent.
/// </summary>
public static class ModelPredictor
{
    // What no table of kernels shows: unfused copies, allocations, clocks of long runs. Judged from what whole models
    // were off by where their kernels were known; not fitted.
    private const double StructureHalfWidth = 0.06;

    public static ModelPrediction Predict(ModelWork work, HardwareProfile profile, Calibration? calibration, Priors priors, double hostSeconds = DevicePredictor.HostSecondsPerKernel) =>
        Predict(ModelKernels.Of(work), new DevicePredictor(profile, calibration, priors), withNodes: true, hostSeconds);

    /// <param name="withNodes">Also what each node takes.</param>
    /// <param name="hostSeconds">Least time of a kernel, which the host needs to launch it; 0 for replayed graphs.</param>
    public static ModelPrediction Predict(ModelKernels model, DevicePredictor device, bool withNodes, double hostSeconds = DevicePredictor.HostSecondsPerKernel)
    {
        var nodes = new List<NodePrediction>();
        var families = new Dictionary<string, FamilyPart>();
        double total = 0, joules = 0, powerDown = 0, powerUp = 0;
        var outOfRange = false;
        var provenance = Provenance.Measured;
        foreach (var kernel in model.Kernels)
        {
            var ((estimate, outside), watts) = device.Predict(kernel.Call, kernel.Family);
            outOfRange |= outside;
            provenance = (Provenance)Math.Max((int)provenance, (int)estimate.Provenance); // the least certain stands for the whole
            var seconds = Math.Max(hostSeconds, estimate.Value);
            total += kernel.Count * seconds;
            var part = families.GetValueOrDefault(kernel.Family);
            families[kernel.Family] = new(
                part.Seconds + kernel.Count * seconds,
                part.Down + kernel.Count * (estimate.Value - estimate.Low),
                part.Up + kernel.Count * (estimate.High - estimate.Value));
            if (watts is { } power)
            {
                joules += kernel.Count * seconds * power.Value;
                powerDown += kernel.Count * seconds * (power.Value - power.Low);
                powerUp += kernel.Count * seconds * (power.High - power.Value);
            }

            if (withNodes)
                nodes.Add(new(kernel.Name, kernel.Op, kernel.Count, (estimate with { Value = seconds, High = Math.Max(seconds, estimate.High) }).Scale(kernel.Count)));
        }

        var structure = StructureHalfWidth * total;
        var floor = Math.Max(0.05 * total, total - Root([structure, .. families.Values.Select(part => part.Down)]));
        var latency = new Estimate(total, floor, total + Root([structure, .. families.Values.Select(part => part.Up)]), provenance, KernelPredictor.Coverage);
        Estimate? energy = joules > 0 ? Energy(joules, latency, powerDown / joules, powerUp / joules) : null;
        return new(
            device.Profile.Id, latency, energy, model.WeightBytes, model.ActivationBytes, model.CacheBytes, device.Profile.MemoryBytes, outOfRange, nodes, families);
    }

    private static Estimate Energy(double joules, Estimate latency, double powerDown, double powerUp)
    {
        var down = Root([Math.Log(latency.Value / latency.Low), -Math.Log(Math.Max(0.05, 1 - powerDown))]);
        var up = Root([Math.Log(latency.High / latency.Value), Math.Log(1 + powerUp)]);
        return new(joules, joules * Math.Exp(-down), joules * Math.Exp(up), latency.Provenance, latency.Coverage);
    }

    private static double Root(IEnumerable<double> halves) => Math.Sqrt(halves.Sum(half => half * half));
}
