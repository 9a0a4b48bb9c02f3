using System.Runtime.InteropServices;

namespace HpcOpt.Benchmarks.Peers;

/// <summary>A plain C loop on one thread, <c>adam.c</c>, compiled for this machine by gcc -O3 when built with peers.</summary>
internal static unsafe class CompiledPeer
{
    private static delegate* unmanaged<float*, float*, float*, float*, nint, float, float, float, void> _adam;

    public static PeerKind Kind { get; } =
        new("C, gcc -O3", ["adam", "adamw"], problem => new StepState(problem, Step)) { Missing = Load() };

    private static void Step(StepState s) =>
        _adam(s.Theta, s.Gradient, s.First, s.Second, s.Length, 1 - (1e-3f * s.Decay), s.Correction1, s.Correction2);

    private static string? Load()
    {
        if (!NativeLibrary.TryLoad(Path.Combine(AppContext.BaseDirectory, "libadam.so"), out nint library))
        {
            return "libadam.so, which ./build.sh --target=Bench compiles where gcc is; on Debian or Ubuntu: apt-get install gcc libc6-dev";
        }

        _adam =
            (delegate* unmanaged<float*, float*, float*, float*, nint, float, float, float, void>)NativeLibrary.GetExport(library, "adam");
        return null;
    }
}
