using System.Runtime.InteropServices;
using HpcOpt.Interop;

namespace HpcOpt;

/// <summary>Keeps the calling thread on one CPU until it is disposed. The library itself pins no thread.</summary>
/// <remarks>For a thread of your own, without <c>await</c> in between: what follows an <c>await</c> may run on another thread.</remarks>
/// <example>
/// <code>
/// using (new ThreadPin(cpu: 3))
/// {
///     optimizer.Step(theta, gradient);
/// }
/// </code>
/// </example>
public sealed unsafe class ThreadPin : IDisposable
{
    private const int Words = 1024;
    private const int BitsInWord = 64;

    private readonly ulong[] _before = new ulong[Words];
    private readonly int _thread = Environment.CurrentManagedThreadId;
    private bool _isDisposed;

    /// <summary>Pins the calling thread.</summary>
    /// <param name="cpu">Number of the CPU, from 0, among those that this process may use.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="cpu"/> is negative, or the system refuses it.</exception>
    /// <exception cref="DllNotFoundException">The native part is not loaded; see <see cref="NativePart.Error"/>.</exception>
    public ThreadPin(int cpu)
    {
        if (!NativePart.IsAvailable)
        {
            throw new DllNotFoundException($"Pinning a thread needs the native part: {NativePart.Error}");
        }

        ArgumentOutOfRangeException.ThrowIfNegative(cpu);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(cpu, Words * BitsInWord);
        ulong[] mask = new ulong[Words];
        mask[cpu / BitsInWord] = 1UL << (cpu % BitsInWord);
        fixed (ulong* before = _before)
        {
            int status = NativeMethods.hpc_get_affinity(before, Words);
            status = status == NativeMethods.HPC_OK ? Set(mask) : status;
            if (status != NativeMethods.HPC_OK)
            {
                string reason = Marshal.GetPInvokeErrorMessage(-status);
                throw new ArgumentOutOfRangeException(
                    nameof(cpu), cpu, $"The system refuses this CPU ({reason}); expected one that this process may use.");
            }
        }
    }

    /// <summary>Gives the thread back the CPUs that it had.</summary>
    /// <exception cref="InvalidOperationException">Called on another thread than the pinned one.</exception>
    public void Dispose()
    {
        if (_isDisposed)
        {
            return;
        }

        if (Environment.CurrentManagedThreadId != _thread)
        {
            throw new InvalidOperationException(
                "Dispose was called on another thread than the pinned one; call it on the thread that created this object.");
        }

        _isDisposed = true;
        _ = Set(_before);
    }

    private static int Set(ulong[] mask)
    {
        fixed (ulong* words = mask)
        {
            return NativeMethods.hpc_set_affinity(words, Words);
        }
    }
}
