using System.Diagnostics;
using SparseProf.Torch;

namespace SparseProf.Profiler.Kernels.Threading;

/// <summary>
/// A fixed set of threads that run one piece of work together. Between two calls they spin for a moment, so that calls
/// in close succession start within a microsecond, and then sleep. One caller at a time; others wait.
/// </summary>
public sealed class WorkerTeam : IDisposable
{
    /// <summary>Longer than the gap between two layers of a model, shorter than anyone would notice as load.</summary>
    private static readonly long s_spinTicks = Stopwatch.Frequency / 20_000;

    private readonly Lock _caller = new();
    private readonly Member[] _members;
    private ParallelWork? _work;
    private Exception? _failure;
    private int _round;
    private int _unfinished;
    private volatile bool _stopping;

    /// <param name="threads">The caller's included.</param>
    public WorkerTeam(int threads)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        Threads = threads;
        _members = new Member[threads - 1];
        for (var i = 0; i < _members.Length; i++)
            _members[i] = new Member(this, i + 1);
    }

    public int Threads { get; }

    /// <summary>Runs <paramref name="work"/> on every thread, the caller's included, and returns when all are done.</summary>
    public void Run(ParallelWork work)
    {
        lock (_caller)
        {
            work.Rewind();
            if (_members.Length == 0)
            {
                work.Execute(0);
                return;
            }

            _work = work;
            Volatile.Write(ref _unfinished, _members.Length);
            Interlocked.Increment(ref _round);
            foreach (var member in _members)
                member.Wake();
            try
            {
                work.Execute(0);
            }
            finally
            {
                var wait = default(SpinWait);
                while (Volatile.Read(ref _unfinished) != 0)
                    wait.SpinOnce(sleep1Threshold: -1);
            }

            if (Interlocked.Exchange(ref _failure, null) is { } failure)
                throw new AggregateException(failure);
        }
    }

    public void Dispose()
    {
        lock (_caller)
        {
            _stopping = true;
            Interlocked.Increment(ref _round);
            foreach (var member in _members)
                member.Wake();
            foreach (var member in _members)
                member.Dispose();
        }
    }

    private sealed class Member : IDisposable
    {
        private readonly WorkerTeam _team;
        private readonly int _worker;
        private readonly SemaphoreSlim _bell = new(0);
        private readonly Thread _thread;
        private int _asleep;

        public Member(WorkerTeam team, int worker)
        {
            _team = team;
            _worker = worker;
            _thread = new Thread(Loop) { IsBackground = true, Name = $"kernel worker {worker}" };
            _thread.Start();
        }

        public void Wake()
        {
            if (Interlocked.Exchange(ref _asleep, 0) == 1)
                _bell.Release();
        }

        public void Dispose()
        {
            _thread.Join();
            _bell.Dispose();
        }

        private void Loop()
        {
            OpenMpThreads.Unbind();
            for (var seen = 0; ;)
            {
                seen = NextRound(seen);
                if (_team._stopping)
                    return;
#pragma warning disable CA1031 // whatever went wrong is thrown again on the caller's thread
                try
                {
                    _team._work!.Execute(_worker);
                }
                catch (Exception failure)
                {
                    _team._failure = failure;
                }
#pragma warning restore CA1031
                Interlocked.Decrement(ref _team._unfinished);
            }
        }

        private int NextRound(int seen)
        {
            while (true)
            {
                var until = Stopwatch.GetTimestamp() + s_spinTicks;
                do
                {
                    for (var i = 0; i < 16; i++)
                    {
                        if (Volatile.Read(ref _team._round) is var round && round != seen)
                            return round;
                        Thread.SpinWait(1);
                    }
                }
                while (Stopwatch.GetTimestamp() < until);

                Interlocked.Exchange(ref _asleep, 1);
                // A round that began in between did not see this thread asleep; whoever takes the flag back owns the wake-up.
                if (Volatile.Read(ref _team._round) != seen && Interlocked.Exchange(ref _asleep, 0) == 1)
                    continue;
                _bell.Wait();
            }
        }
    }
}
