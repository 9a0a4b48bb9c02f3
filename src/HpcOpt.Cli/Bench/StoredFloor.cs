using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace HpcOpt.Cli.Bench;

/// <summary>One stream of memory in a pass: so many bytes for each block of 256 parameters.</summary>
internal readonly unsafe record struct MovedStream(nint Address, int BlockBytes, bool IsWritten);

/// <summary>A pass that only moves bytes: block by block it reads every stream, and writes back what a step would write.</summary>
internal static unsafe class StoredFloor
{
    /// <summary>Parameters in a block: in fp8 those that share a scale.</summary>
    public const int BlockLength = 256;

    // As the engine prefetches in passes over one or two streams.
    private const int PrefetchBytes = 256;

    public static void Run(Execution execution, ReadOnlySpan<MovedStream> streams, nint length)
    {
        fixed (MovedStream* first = streams)
        {
            (nint, int) pass = ((nint)first, streams.Length);
            execution.Run(&Move, &pass, length / BlockLength, BlockLength * sizeof(float));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Move(void* pass, nint start, nint end)
    {
        (nint first, int count) = *((nint, int)*)pass;
        Vector256<byte> read = default;
        for (nint block = start; block < end; block++)
        {
            for (int k = 0; k < count; k++)
            {
                MovedStream stream = ((MovedStream*)first)[k];
                byte* from = (byte*)stream.Address + (block * stream.BlockBytes);
                byte* to = from + stream.BlockBytes;
                if (stream.IsWritten)
                {
                    for (; from < to; from += Vector256<byte>.Count)
                    {
                        PrefetchNext(from);
                        Vector256.Load(from).Store(from);
                    }
                }
                else
                {
                    for (; from < to; from += Vector256<byte>.Count)
                    {
                        PrefetchNext(from);
                        read |= Vector256.Load(from);
                    }
                }
            }
        }

        Keep(read);
    }

    private static void PrefetchNext(byte* at)
    {
        if (Sse.IsSupported)
        {
            Sse.Prefetch0(at + PrefetchBytes);
        }
    }

    // What nobody takes, a compiler need not read.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Keep(Vector256<byte> value) => _ = value;
}
