using SparseProf.Ops.Statistics;

namespace SparseProf.CostModel.Latency;

/// <summary>Latency of one call with its interval.</summary>
public readonly record struct LatencyPrediction(Estimate Seconds, bool OutOfRange);
