using System.Runtime.InteropServices;

namespace SparseProf.Cli;

/// <summary>
/// Turns Ctrl-C and SIGTERM into a cancelled token, so that a command ends after its current step and keeps what it has;
/// a second signal ends the program at once.
/// </summary>
internal sealed class StopSignals : IDisposable
{
    /// <summary>Of a program that SIGINT ended: 128 + 2.</summary>
    public const int ExitCode = 130;

    private readonly CancellationTokenSource _stop = new();
    private readonly PosixSignalRegistration[] _registrations;

    public StopSignals() => _registrations = [PosixSignalRegistration.Create(PosixSignal.SIGINT, Answer), PosixSignalRegistration.Create(PosixSignal.SIGTERM, Answer)];

    public CancellationToken Token => _stop.Token;

    public void Dispose()
    {
        foreach (var registration in _registrations)
            registration.Dispose();
        _stop.Dispose();
    }

    private void Answer(PosixSignalContext context)
    {
        context.Cancel = true;
        if (_stop.IsCancellationRequested)
        {
            Console.Error.WriteLine("\nended at once; what was stored before is kept");
            Environment.Exit(ExitCode);
        }

        Console.Error.WriteLine("\nstopping after the current step; everything done so far is kept (once more ends at once)");
        _stop.Cancel();
    }
}
