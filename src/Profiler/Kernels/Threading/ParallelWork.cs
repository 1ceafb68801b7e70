namespace SparseProf.Profiler.Kernels.Threading;

/// <summary>Work that every thread of a <see cref="WorkerTeam"/> takes part in; kept and run again without allocation.</summary>
public abstract class ParallelWork
{
    private int _next;

    /// <summary>Called once on each thread.</summary>
    /// <param name="worker">From 0 to one less than the team's threads.</param>
    protected internal abstract void Execute(int worker);

    /// <summary>The next item that no thread has taken yet.</summary>
    protected int TakeNext() => Interlocked.Increment(ref _next) - 1;

    internal void Rewind() => Volatile.Write(ref _next, 0);
}
