using System.Numerics;

namespace HpcOpt.Training;

/// <summary>The checks that data sets share.</summary>
internal static class DataGuard
{
    /// <summary>Finite targets, or classes 0 … K-1.</summary>
    public static void Targets<T>(T[] targets, IReadOnlyList<double>? classLabels)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (Array.FindIndex(targets, y => !(classLabels is null ? T.IsFinite(y) : T.IsInteger(y) && y >= T.Zero && y < T.CreateTruncating(classLabels.Count))) is >= 0 and int row)
        {
            throw new ArgumentException($"row {row} is {targets[row]}; expected {(classLabels is null ? "a finite number" : $"a class from 0 to {classLabels.Count - 1}")}", nameof(targets));
        }
    }
}
