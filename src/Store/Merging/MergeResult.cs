namespace SparseProf.Store.Merging;

/// <summary>What a merge found and what the merged database holds.</summary>
/// <param name="Shards">Files that were read, the old output not counted.</param>
/// <param name="Runs">In the merged database.</param>
/// <param name="Measurements">In the merged database.</param>
/// <param name="Cases">Different cases among the measurements.</param>
/// <param name="Known">Measurements that stood in more than one file and were taken once.</param>
public sealed record MergeResult(int Shards, long Runs, long Measurements, long Cases, long Samples, long Known);
