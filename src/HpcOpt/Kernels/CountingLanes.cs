using HpcOpt.Lanes;

namespace HpcOpt.Engine;

/// <summary>Lanes without numbers that count operations: an update applied to them tells how many slow operations it holds.</summary>
internal readonly struct CountingLanes : ILanes<CountingLanes>
{
    [ThreadStatic]
    private static int _divisions;

    [ThreadStatic]
    private static int _roots;

    /// <summary>Divisions and square roots since the last call, on this thread.</summary>
    public static (int Divisions, int Roots) Take()
    {
        (int, int) counts = (_divisions, _roots);
        (_divisions, _roots) = (0, 0);
        return counts;
    }

    public static CountingLanes Create(double value) => default;

    public static CountingLanes operator +(CountingLanes x, CountingLanes y) => default;

    public static CountingLanes operator -(CountingLanes x, CountingLanes y) => default;

    public static CountingLanes operator *(CountingLanes x, CountingLanes y) => default;

    public static CountingLanes operator /(CountingLanes x, CountingLanes y)
    {
        _divisions++;
        return default;
    }

    public static CountingLanes Sqrt(CountingLanes x)
    {
        _roots++;
        return default;
    }

    public static CountingLanes MulAdd(CountingLanes x, CountingLanes y, CountingLanes z) => default;

    public static CountingLanes Abs(CountingLanes x) => default;

    public static CountingLanes Sign(CountingLanes x) => default;

    public static CountingLanes Max(CountingLanes x, CountingLanes y) => default;

    public static CountingLanes Min(CountingLanes x, CountingLanes y) => default;

    public static CountingLanes IfGreater(CountingLanes x, CountingLanes y, CountingLanes yes, CountingLanes no) => default;
}
