using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;

namespace SparseProf.Profiler.Devices.Cuda;

/// <summary>The one thread that calls CUDA: a context is current to a thread, and tasks hop between threads.</summary>
internal sealed class CudaThread : IDisposable
{
    private readonly BlockingCollection<Action> _work = [];
    private readonly Thread _thread;

    public CudaThread()
    {
        _thread = new Thread(Loop) { IsBackground = true, Name = "cuda" };
        _thread.Start();
    }

    /// <summary>Whether the caller is this thread.</summary>
    public bool IsCurrent => Thread.CurrentThread == _thread;

    /// <summary>Runs on the CUDA thread and waits; an exception arrives at the caller. Calls may nest.</summary>
    public T Invoke<T>(Func<T> action)
    {
        if (IsCurrent)
            return action();
        var result = default(T)!;
        ExceptionDispatchInfo? failure = null;
        using var done = new ManualResetEventSlim();
        _work.Add(() =>
        {
            try
            {
                result = action();
            }
#pragma warning disable CA1031 // carried to the calling thread, whatever it is
            catch (Exception error)
#pragma warning restore CA1031
            {
                failure = ExceptionDispatchInfo.Capture(error);
            }

            done.Set();
        });
        done.Wait();
        failure?.Throw();
        return result;
    }

    public void Invoke(Action action) => Invoke(() =>
    {
        action();
        return true;
    });

    public void Dispose()
    {
        _work.CompleteAdding();
        if (!IsCurrent)
            _thread.Join(TimeSpan.FromSeconds(5));
        _work.Dispose();
    }

    private void Loop()
    {
        foreach (var action in _work.GetConsumingEnumerable())
            action();
    }
}
