namespace HpcOpt.Training;

/// <summary>Which rows a random split takes for the test.</summary>
internal static class RowSplit
{
    /// <summary>round(<paramref name="testShare"/>·N) rows, but never all, and the others; both ascending.</summary>
    public static (int[] Train, int[] Test) Of(int rowCount, double testShare, ulong seed)
    {
        if (!(testShare >= 0 && testShare < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(testShare), testShare, "expected a share in [0, 1)");
        }

        int[] order = new int[rowCount];
        Philox.FillPermutation(order, seed, Philox.SplitStream);
        int testCount = Math.Min((int)Math.Round(testShare * rowCount), Math.Max(0, rowCount - 1));
        Array.Sort(order, 0, testCount);
        Array.Sort(order, testCount, rowCount - testCount);
        return (order[testCount..], order[..testCount]);
    }
}
