using SparseProf.Profiler.Devices.Cuda.Native;
using SparseProf.Profiler.Devices.Cuda.Native.Cusparse;

namespace SparseProf.Profiler.Kernels.Cuda;

/// <summary>
/// The best algorithm of each order, and the better of both, timed in turns. An order that cannot run at all drops out.
/// </summary>
/// <param name="prepare">What an order needs before its first candidate; it may refuse.</param>
/// <param name="run">Starts one call, transpositions included.</param>
internal sealed class SpmmOrderSearch(
    CandidateSearch search, IReadOnlyList<SpmmAlgorithm> algorithms, Action<CusparseOrder> prepare, Action<SpmmCandidate> run)
{
    private readonly List<Exception> _refusals = [];

    /// <exception cref="NotSupportedException">Neither order has an algorithm that can run.</exception>
    /// <exception cref="CudaCallException">Neither order can run, for want of memory or of the format; or the context broke.</exception>
    public Found Best()
    {
        var orders = new[] { CusparseOrder.Column, CusparseOrder.Row }.Select(Best).ToList();
        var ran = orders.OfType<CandidateSearch.Outcome<SpmmCandidate>>().ToList();
        if (ran.Count == 0)
            throw _refusals.Find(error => error is CudaCallException { Failure: CudaFailure.OutOfMemory }) ?? _refusals[0];
        var (candidates, refused) = (ran.Sum(order => order.Candidates), ran.Sum(order => order.Refused) + algorithms.Count * (orders.Count - ran.Count));
        var final = ran.Count == 1 ? ran[0] : search.Best([.. ran.Select(order => order.Winner)], run);
        return new Found(final.Winner, final.Seconds, candidates, refused, final.Finalists);
    }

    private CandidateSearch.Outcome<SpmmCandidate>? Best(CusparseOrder order)
    {
        try
        {
            prepare(order);
            return search.Best([.. algorithms.Select(algorithm => new SpmmCandidate(algorithm, order))], run);
        }
        catch (Exception refusal) when (CandidateSearch.IsRefusal(refusal))
        {
            _refusals.Add(refusal);
            return null;
        }
    }

    /// <param name="Finalists">The best of each order that runs; of one order alone, its best three.</param>
    internal sealed record Found(
        SpmmCandidate Winner, double Seconds, int Candidates, int Refused, IReadOnlyList<(SpmmCandidate Candidate, double Seconds)> Finalists)
    {
        /// <summary>Seconds of the order's best; null where it cannot run.</summary>
        public double? Best(CusparseOrder order)
        {
            var times = Finalists.Where(timed => timed.Candidate.Order == order).Select(timed => (double?)timed.Seconds);
            return times.Min();
        }
    }
}
