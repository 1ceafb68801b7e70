using System.Collections.Concurrent;
using System.Text;

namespace SparseProf.Profiler.Workers;

/// <summary>What a worker says: its events one by one, and the last of all else that its libraries print.</summary>
internal sealed class WorkerVoice : IDisposable
{
    private const int TailLength = 2000;
    private static readonly TimeSpan s_lastWords = TimeSpan.FromSeconds(5);

    // A worker that floods waits in its pipe until its answers are heard.
    private const int MostUnheard = 64;

    private readonly BlockingCollection<WorkerEvent> _heard = new(MostUnheard);
    private readonly CancellationTokenSource _closing = new();
    private readonly StringBuilder _tail = new();
    private readonly Lock _gate = new();
    private readonly Thread _output;
    private readonly Thread _errors;

    public WorkerVoice(TextReader output, TextReader errors)
    {
        _output = Listen(output, Hear, _heard.CompleteAdding);
        _errors = Listen(errors, Keep, () => { });
    }

    /// <summary>Whether the output was closed and every event was heard.</summary>
    public bool HasEnded => _heard.IsCompleted;

    /// <summary>The last words that are no events.</summary>
    public string Tail
    {
        get
        {
            lock (_gate)
                return _tail.ToString();
        }
    }

    /// <summary>The next event; null where none came in time, or will.</summary>
    public WorkerEvent? Next(TimeSpan patience, CancellationToken cancel) =>
        _heard.TryTake(out var heard, (int)patience.TotalMilliseconds, cancel) ? heard : null;

    /// <summary>Whether nothing is read from the pipes any more.</summary>
    public bool IsClosed { get; private set; }

    /// <summary>Waits for the last errors of a worker that has ended.</summary>
    public void HearErrors() => _errors.Join(s_lastWords);

    /// <summary>Stops listening. Where another process still holds the pipes, they are read until it ends, or this program.</summary>
    public void Dispose()
    {
        _closing.Cancel();
        if (!_output.Join(s_lastWords) || !_errors.Join(s_lastWords))
            return;
        IsClosed = true;
        _heard.Dispose();
        _closing.Dispose();
    }

    private static Thread Listen(TextReader stream, Action<string> line, Action end)
    {
        var thread = new Thread(() =>
        {
            try
            {
                BoundedLines.Read(stream, WorkerLines.Mark, line);
            }
            catch (Exception closed) when (closed is IOException or ObjectDisposedException or OperationCanceledException or InvalidOperationException)
            {
                // The worker is being ended.
            }

            end();
        })
        {
            IsBackground = true,
            Name = "worker's lines",
        };
        thread.Start();
        return thread;
    }

    private void Hear(string line)
    {
        if (WorkerLines.Read<WorkerEvent>(line) is { } heard)
            _heard.Add(heard, _closing.Token);
        else
            Keep(line);
    }

    private void Keep(string line)
    {
        lock (_gate)
        {
            _tail.Append(line).Append('\n');
            if (_tail.Length > TailLength)
                _tail.Remove(0, _tail.Length - TailLength);
        }
    }
}
