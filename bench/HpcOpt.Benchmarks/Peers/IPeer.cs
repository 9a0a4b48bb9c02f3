namespace HpcOpt.Benchmarks.Peers;

/// <summary>Another implementation of an optimizer's step, in f32, on memory of its own.</summary>
internal interface IPeer : IDisposable
{
    /// <summary>Takes steps, all with the problem's gradient.</summary>
    /// <param name="count">At least 1.</param>
    void Step(int count);

    /// <summary>Copies θ out, to be compared with this library's.</summary>
    /// <param name="destination">As long as θ.</param>
    void CopyParameters(Span<float> destination);
}

/// <summary>What every implementation is given.</summary>
/// <param name="Rule">
/// <c>adam</c> or <c>adamw</c> (η = 0.001, β = 0.9 and 0.999, ε = 1e-8, λ = 0 or 0.01), <c>sgd</c> (η = 0.001, nothing else) or
/// <c>adagrad</c> (η = 0.01, ε = 1e-10): the defaults of this library and of PyTorch.
/// </param>
/// <param name="Start">θ before the first step.</param>
/// <param name="Gradient">g of every step, as long.</param>
/// <param name="Threads">How many threads it may use.</param>
internal sealed record PeerProblem(string Rule, float[] Start, float[] Gradient, int Threads);

/// <summary>A way in which users take steps today.</summary>
/// <param name="Name">Its name in the tables.</param>
/// <param name="Rules">The rules that it knows.</param>
/// <param name="Create">Makes one for a problem.</param>
internal sealed record PeerKind(string Name, string[] Rules, Func<PeerProblem, IPeer> Create)
{
    /// <summary>Why it cannot run here, and how to get it; null where it can.</summary>
    public string? Missing { get; init; }
}
