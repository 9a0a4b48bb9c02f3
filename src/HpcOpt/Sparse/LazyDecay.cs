using HpcOpt.Engine;

namespace HpcOpt;

/// <summary>
/// What a dense step with gradient 0 multiplies θ and each state vector with. A rule that declares it has a sparse step: what a parameter
/// has missed while it did not appear is then the product of these factors over the steps missed.
/// </summary>
/// <param name="Parameters">Factor of θ; 1 - ηλ with decoupled weight decay.</param>
/// <param name="S0">Factor of the first state vector.</param>
/// <param name="S1">Factor of the second state vector.</param>
/// <param name="S2">Factor of the third state vector.</param>
public readonly record struct LazyDecay(double Parameters, double S0 = 1, double S1 = 1, double S2 = 1)
{
    /// <summary>Nothing changes where the gradient is 0.</summary>
    public static LazyDecay None => new(1);

    /// <summary>The factors of one step after the other.</summary>
    internal LazyDecay Times(in LazyDecay other) =>
        new(Parameters * other.Parameters, S0 * other.S0, S1 * other.S1, S2 * other.S2);

    /// <summary>The factors of n equal steps, by repeated squaring: unlike <c>pow</c>, the same bits on every machine.</summary>
    internal LazyDecay Power(long n) => n == 1 ? this : new(Power(Parameters, n), Power(S0, n), Power(S1, n), Power(S2, n));

    private static double Power(double factor, long n) => factor == 1 ? 1 : PortableMath.Power(factor, n);
}
