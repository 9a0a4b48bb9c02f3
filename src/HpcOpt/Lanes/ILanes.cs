namespace HpcOpt.Lanes;

/// <summary>
/// A fixed number of independent floating-point lanes: what an update rule may do, once for every SIMD width and precision.
/// </summary>
/// <remarks>
/// Each operation rounds once, lane by lane, to IEEE 754 round-to-nearest-even, so a rule written against this interface
/// produces the same bits at every width. Nothing here may be an estimate, and nothing may reassociate.
/// </remarks>
/// <typeparam name="TSelf">The lanes themselves.</typeparam>
public interface ILanes<TSelf>
    where TSelf : unmanaged, ILanes<TSelf>
{
    /// <summary>Every lane holds <paramref name="value"/>, rounded to the precision of the lanes.</summary>
    static abstract TSelf Create(double value);

    /// <summary>x + y</summary>
    static abstract TSelf operator +(TSelf x, TSelf y);

    /// <summary>x - y</summary>
    static abstract TSelf operator -(TSelf x, TSelf y);

    /// <summary>x · y</summary>
    static abstract TSelf operator *(TSelf x, TSelf y);

    /// <summary>x / y</summary>
    static abstract TSelf operator /(TSelf x, TSelf y);

    /// <summary>x · y + z, rounded once (fused).</summary>
    static abstract TSelf MulAdd(TSelf x, TSelf y, TSelf z);

    /// <summary>√x</summary>
    static abstract TSelf Sqrt(TSelf x);

    /// <summary>|x|</summary>
    static abstract TSelf Abs(TSelf x);

    /// <summary>-1, 0 or 1; x itself where it is 0 or NaN.</summary>
    static abstract TSelf Sign(TSelf x);

    /// <summary>x where x &gt; y, otherwise y (so y where either is NaN).</summary>
    static abstract TSelf Max(TSelf x, TSelf y);

    /// <summary>x where x &lt; y, otherwise y (so y where either is NaN).</summary>
    static abstract TSelf Min(TSelf x, TSelf y);

    /// <summary><paramref name="yes"/> where x &gt; y, otherwise <paramref name="no"/>.</summary>
    static abstract TSelf IfGreater(TSelf x, TSelf y, TSelf yes, TSelf no);
}
