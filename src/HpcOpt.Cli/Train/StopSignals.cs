using System.Runtime.InteropServices;

namespace HpcOpt.Cli.Train;

/// <summary>Turns the first SIGINT (Ctrl-C) or SIGTERM into a cancellation; a second one ends the process as usual.</summary>
internal sealed class StopSignals : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly PosixSignalRegistration[] _registrations;
    private volatile int _number;

    public StopSignals() =>
        _registrations =
            [PosixSignalRegistration.Create(PosixSignal.SIGINT, Handle), PosixSignalRegistration.Create(PosixSignal.SIGTERM, Handle)];

    public CancellationToken Token => _stop.Token;

    /// <summary>130 after SIGINT, 143 after SIGTERM.</summary>
    public int ExitCode => 128 + _number;

    public string Name => _number == 2 ? "SIGINT" : "SIGTERM";

    public void Dispose()
    {
        Array.ForEach(_registrations, registration => registration.Dispose());
        _stop.Dispose();
    }

    private void Handle(PosixSignalContext context)
    {
        if (_number == 0)
        {
            context.Cancel = true;
            _number = context.Signal == PosixSignal.SIGINT ? 2 : 15;
            _stop.Cancel();
        }
    }
}
