using SparseProf.Ops.Statistics;
using SparseProf.Profiler.Devices.Cuda;
using SparseProf.Profiler.Devices.Cuda.Native;

namespace SparseProf.Profiler.Kernels.Cuda;

/// <summary>
/// Times every candidate a few times, then the best three in turns, and names the fastest. In turns, and with rests between
/// them, because a GPU at its power limit makes a candidate slow for what ran before it. Runs on the CUDA thread.
/// </summary>
internal sealed class CandidateSearch(CudaContext context) : IDisposable
{
    private const int FirstRuns = 3;
    private const int FirstRounds = 2;
    private const int FinalRuns = 5;
    private const int FinalRounds = 6;
    private const int Finalists = 3;

    // A clock that climbs from idle would make the first ones slow.
    private const double ClimbingSeconds = 0.02;
    private const int MostClimbingRuns = 2000;

    // As long as work at a duty of 20 %, up to what a search can spare; a burst this short is far from the limit.
    private const double Rest = 4;
    private const double LongestRest = 0.02;
    private const double ShortestWork = 0.001;

    private readonly nint _start = context.Driver.CreateEvent();
    private readonly nint _end = context.Driver.CreateEvent();

    /// <param name="run">Starts one call with the candidate. A refusal drops the candidate, a broken context ends the search.</param>
    /// <exception cref="NotSupportedException">No candidate can run.</exception>
    /// <exception cref="CudaCallException">No candidate has the memory that it needs, or the context broke.</exception>
    public Outcome<T> Best<T>(IReadOnlyList<T> candidates, Action<T> run)
    {
        var first = TimeAll(candidates, run, out var refused, out var lastRefusal);
        // A shape that does not fit is not one that the library lacks.
        if (first.Count == 0 && lastRefusal?.Failure == CudaFailure.OutOfMemory)
            throw lastRefusal;
        if (first.Count == 0)
            throw new NotSupportedException(lastRefusal?.Message ?? "the library knows no algorithm for this shape", lastRefusal);
        var finalists = first.OrderBy(timed => timed.Seconds).Take(Finalists).Select(timed => timed.Candidate).ToList();
        var last = InTurns(finalists, run).ToList();
        var best = last.MinBy(timed => timed.Seconds);
        return new Outcome<T>(best.Candidate, best.Seconds, first.Count, refused, last);
    }

    /// <summary>Whether a search ended because no candidate can run, and the next one may go on.</summary>
    public static bool IsRefusal(Exception error) =>
        error is NotSupportedException or CudaCallException { Failure: CudaFailure.NotSupported or CudaFailure.OutOfMemory };

    public void Dispose()
    {
        context.Driver.DestroyEvent(_start);
        context.Driver.DestroyEvent(_end);
    }

    private List<(T Candidate, double Seconds)> TimeAll<T>(
        IEnumerable<T> candidates, Action<T> run, out int refused, out CudaCallException? lastRefusal)
    {
        var timed = new List<(T, double)>();
        refused = 0;
        lastRefusal = null;
        foreach (var candidate in candidates)
        {
            try
            {
                if (timed.Count == 0)
                    Climb(() => run(candidate));
                // A host that was held up makes a candidate slow, and nothing makes it fast: the better of both rounds decides.
                timed.Add((candidate, Enumerable.Range(0, FirstRounds).Min(_ => Time(() => run(candidate), FirstRuns))));
            }
            catch (CudaCallException error) when (error.Failure != CudaFailure.Sticky)
            {
                refused++;
                // What only lacked memory says more than what the library lacks.
                if (lastRefusal?.Failure != CudaFailure.OutOfMemory)
                    lastRefusal = error;
            }
        }

        return timed;
    }

    // Forwards and backwards, the middle of each one's rounds. What fails now worked a moment ago: that is no refusal.
    private IEnumerable<(T Candidate, double Seconds)> InTurns<T>(List<T> candidates, Action<T> run)
    {
        var times = candidates.Select(_ => new List<double>()).ToList();
        for (var round = 0; round < FinalRounds; round++)
        {
            for (var i = 0; i < candidates.Count; i++)
            {
                var turn = round % 2 == 0 ? i : candidates.Count - 1 - i;
                times[turn].Add(Time(() => run(candidates[turn]), FinalRuns));
            }
        }

        return candidates.Zip(times, (candidate, rounds) => (candidate, OrderStatistics.Median([.. rounds])));
    }

    private void Climb(Action run)
    {
        var spent = 0.0;
        for (var runs = 0; spent < ClimbingSeconds && runs < MostClimbingRuns; runs += FirstRuns)
            spent += FirstRuns * TimeAtOnce(run, FirstRuns);
    }

    private double Time(Action run, int runs)
    {
        var time = TimeAtOnce(run, runs);
        if (runs * time > ShortestWork)
            Thread.Sleep(TimeSpan.FromSeconds(Math.Min(LongestRest, Rest * runs * time)));
        return time;
    }

    // Mean of a batch behind one untimed call that loads the kernel.
    private double TimeAtOnce(Action run, int runs)
    {
        run();
        context.Driver.Record(_start, context.Stream);
        for (var i = 0; i < runs; i++)
            run();
        context.Driver.Record(_end, context.Stream);
        context.Synchronize();
        return context.Driver.ElapsedSeconds(_start, _end) / runs;
    }

    /// <param name="Finalists">The best three (or fewer), as timed in turns.</param>
    internal readonly record struct Outcome<T>(T Winner, double Seconds, int Candidates, int Refused, IReadOnlyList<(T Candidate, double Seconds)> Finalists);
}
