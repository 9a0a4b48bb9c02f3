using HpcOpt.Blas.Providers;

namespace HpcOpt.Blas;

/// <summary>Linear algebra by the fastest provider found, on the threads of an <see cref="HpcOpt.Execution"/>.</summary>
/// <remarks>
/// <para>
/// A provider is called on one thread at a time's share of the work: products are cut into blocks of C, and the threads are those of the
/// execution, which sleep when there is nothing to do. A library's own threads are never used, so nothing runs beside anything else.
/// </para>
/// <para>
/// The managed provider computes the same bits on every machine, path and number of threads: an element of C is the chain
/// s ← fma(round(αaᵢₚ), bₚⱼ, s) over p = 0, 1, … from βcᵢⱼ on. MKL and other libraries promise that for no two machines.
/// </para>
/// <para>Elements are <see cref="float"/> or <see cref="double"/>. Instances may be used by several threads at once.</para>
/// </remarks>
public sealed unsafe partial class LinearAlgebra
{
    private static LinearAlgebra? _default;

    private readonly Lazy<Bound> _bound;

    /// <summary>Operations by a provider, on the threads of an execution.</summary>
    /// <param name="provider">
    /// <c>mkl</c>, <c>openblas</c>, <c>blis</c>, <c>managed</c>, the path of a library that has the CBLAS interface, or <c>auto</c>: MKL
    /// unless another one found is more than 10% faster here. None means <c>HPCOPT_BLAS</c>, or <c>auto</c>, decided at the first
    /// operation.
    /// </param>
    /// <param name="execution">Path and threads; none means <see cref="Execution.Default"/>.</param>
    /// <exception cref="ArgumentException"><paramref name="provider"/> is neither a name nor a path.</exception>
    /// <exception cref="InvalidOperationException"><c>HPCOPT_BLAS</c> is neither a name nor a path.</exception>
    /// <exception cref="DllNotFoundException">The provider named is missing or unusable; the message says why.</exception>
    public LinearAlgebra(string? provider = null, Execution? execution = null)
    {
        Execution = execution ?? Execution.Default;
        Func<BlasProvider> choose = BlasChoice.Of(provider);
        _bound = new(() => new Bound(choose(), Execution));
    }

    /// <summary>For tests: this provider, whose library counts to <paramref name="limit"/>.</summary>
    internal LinearAlgebra(BlasProvider provider, Execution execution, nint limit)
    {
        Execution = execution;
        _bound = new(new Bound(provider, execution, limit));
    }

    /// <summary>The environment's choice of provider (<c>HPCOPT_BLAS</c>) with <see cref="Execution.Default"/>.</summary>
    /// <inheritdoc cref="LinearAlgebra(string?, Execution?)" path="/exception"/>
    public static LinearAlgebra Default => _default ??= new LinearAlgebra();

    /// <summary>Whose threads share the work.</summary>
    public Execution Execution { get; }

    /// <summary>Who computes; an automatic choice is made now at the latest.</summary>
    public BlasProvider Provider => _bound.Value.Provider;
}
