using SparseProf.CostModel.Energy;
using SparseProf.CostModel.Hardware;
using SparseProf.Ops.Statistics;

namespace SparseProf.CostModel.Latency;

/// <summary>Latency of one node of a model's graph, all its repetitions together.</summary>
public sealed record NodePrediction(string Name, string Op, int Count, Estimate Seconds);

/// <summary>One forward pass of a model on one device. Memory in bytes; energy null where the device has no power limit.</summary>
public sealed record ModelPrediction(
    string Profile, Estimate Seconds, Estimate? Joules, double WeightBytes, double ActivationBytes, double CacheBytes, double? DeviceBytes, bool OutOfRange, IReadOnlyList<NodePrediction> Nodes)
{
    public double TotalBytes => WeightBytes + ActivationBytes + CacheBytes;

    public bool? Fits => DeviceBytes is { } bytes ? TotalBytes <= bytes : null;
}

/// <summary>
/// A model's latency is the sum over its kernels, each at least the time that the host needs to launch it. Errors of
/// kernels of one family share their cause, so half-widths add up within a family; families are taken as independent.
/// </summary>
public static class ModelPredictor
{
    // Assumed: an eager framework spends some microseconds of host time on each kernel. It matters for small batches only.
    private const double HostSecondsPerKernel = 5e-6;

    public static ModelPrediction Predict(ModelWork work, HardwareProfile profile, Calibration? calibration, Priors priors)
    {
        var graph = work.Graph;
        var predictors = new Dictionary<string, KernelPredictor>();
        var nodes = new List<NodePrediction>();
        var low = new Dictionary<string, double>();
        var high = new Dictionary<string, double>();
        double total = 0, joules = 0;
        var outOfRange = false;
        foreach (var node in graph.Nodes)
        {
            var call = OpCall.Of(node.Op);
            if (!predictors.TryGetValue(call.Family, out var predictor))
                predictors[call.Family] = predictor = Calibration.PredictorFor(call, calibration, profile, priors);
            var (estimate, outside) = predictor.Predict(call);
            outOfRange |= outside;
            var seconds = Math.Max(HostSecondsPerKernel, estimate.Value);
            total += node.Count * seconds;
            low[call.Family] = low.GetValueOrDefault(call.Family) + node.Count * (estimate.Value - estimate.Low);
            high[call.Family] = high.GetValueOrDefault(call.Family) + node.Count * (estimate.High - estimate.Value);
            if (PowerPrediction.Of(call, seconds, profile, calibration) is { } watts)
                joules += node.Count * seconds * watts.Value;
            nodes.Add(new(node.Name, node.Op.Text, node.Count, (estimate with { Value = seconds, High = Math.Max(seconds, estimate.High) }).Scale(node.Count)));
        }

        // The least certain provenance stands for the whole.
        var provenance = nodes.Max(node => node.Seconds.Provenance);
        var floor = Math.Max(0.05 * total, total - Root(low.Values));
        var latency = new Estimate(total, floor, total + Root(high.Values), provenance, KernelPredictor.Coverage);
        var relative = latency.Scale(1 / total);
        Estimate? energy = joules > 0 ? new(joules, joules * relative.Low * 0.8, joules * relative.High * 1.2, provenance, KernelPredictor.Coverage) : null;
        var activations = graph.Nodes.Max(node => node.Op.CompulsoryTraffic.Value - node.Op.WeightBytes.Value) + work.ResidualBytes;
        return new(profile.Id, latency, energy, graph.WeightBytes.Value, Math.Max(0, activations), work.CacheBytes, profile.MemoryBytes, outOfRange, nodes);
    }

    private static double Root(IEnumerable<double> halves) => Math.Sqrt(halves.Sum(half => half * half));
}
