using System.Runtime.InteropServices;
using TorchSharp;

namespace HpcOpt.Benchmarks.Peers;

/// <summary>PyTorch in this process: the optimizers that TorchSharp writes itself, and PyTorch's own fused kernels.</summary>
internal static class TorchPeers
{
    public static IReadOnlyList<PeerKind> All { get; } = Kinds(WhatIsMissing());

    /// <summary>A vector of PyTorch's own with these values.</summary>
    public static torch.Tensor Vector(float[] values) => torch.tensor(values, dtype: torch.float32);

    /// <summary>Copies a vector out.</summary>
    public static void Copy(torch.Tensor vector, Span<float> destination)
    {
        using var elements = vector.data<float>();
        elements.CopyTo(destination);
    }

    private static PeerKind[] Kinds(string? missing)
    {
        string[] rules = ["adam", "adamw", "sgd", "adagrad"];
        return
        [
            new("TorchSharp torch.optim", rules, problem => new TorchOptimPeer(problem)) { Missing = missing },
            new("PyTorch fused, called each step", rules, problem => new TorchFusedPeer(problem, isLooped: false)) { Missing = missing },
            new("PyTorch fused, looped in TorchScript", rules,
                problem => new TorchFusedPeer(problem, isLooped: true)) { Missing = missing },
        ];
    }

    // Asked of the loader, because TorchSharp's own types can only fail once and for good.
    private static string? WhatIsMissing()
    {
        try
        {
            NativeLibrary.Load("LibTorchSharp", typeof(torch).Assembly, searchPath: null);
            return null;
        }
        catch (DllNotFoundException exception)
        {
            // The message has a line for every place where the library itself is not; the line that matters names something else.
            string[] lines = exception.Message.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
            string reason = lines.Skip(1)
                .FirstOrDefault(line => !line.Split(':')[0].Contains("LibTorchSharp", StringComparison.Ordinal)) ?? lines[0];
            return $"{reason}; ./build.sh --target=Bench prepares it on Debian as root";
        }
    }
}
