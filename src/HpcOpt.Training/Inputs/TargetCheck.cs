using System.Globalization;

namespace HpcOpt.Training;

/// <summary>Whether targets are what a model needs.</summary>
internal static class TargetCheck
{
    /// <summary>Replaces labels by their classes 0 … K-1, and gives the labels; null for targets that are numbers.</summary>
    /// <param name="targets">Finite.</param>
    /// <param name="kind">What they must be.</param>
    /// <param name="known">The labels of the training data; null finds them.</param>
    /// <param name="all">What messages on all targets begin with.</param>
    /// <param name="where">What a message on one begins with.</param>
    /// <param name="otherwise">What to do where every target is the same.</param>
    /// <exception cref="DataException">A target is not what <paramref name="kind"/> says, or all are one class.</exception>
    public static double[]? Apply(
        double[] targets, TargetKind kind, IReadOnlyList<double>? known, string all, Func<int, string> where, string otherwise)
    {
        if (kind == TargetKind.Count && Array.FindIndex(targets, y => !(y >= 0 && double.IsInteger(y))) is >= 0 and int i)
        {
            throw new DataException($"{where(i)}: the target is {Text(targets[i])}; expected a count: a whole number of at least 0; "
                + "correct the cell, or use linear for other numbers.");
        }

        return kind is TargetKind.Value or TargetKind.Count ? null : Classes(targets, kind, known, all, where, otherwise);
    }

    public static string Text(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    private static double[] Classes(
        double[] targets, TargetKind kind, IReadOnlyList<double>? known, string all, Func<int, string> where, string otherwise)
    {
        double[] found = [.. targets.Distinct().Order()];
        if (known is null && found.Length == 1)
        {
            throw new DataException($"{all}: the target is {Text(found[0])} in every row; expected at least 2 classes; {otherwise}.");
        }

        double[] labels = kind == TargetKind.ZeroOne ? [0, 1] : known is null ? found : [.. known];
        for (int i = 0; i < targets.Length; i++)
        {
            int k = Array.BinarySearch(labels, targets[i]);
            if (k < 0)
            {
                throw new DataException($"{where(i)}: the target is {Text(targets[i])}; expected "
                    + (kind == TargetKind.ZeroOne ? "0 or 1; recode it, or use softmax for other classes."
                        : $"a class of the training data: {string.Join(", ", labels.Select(Text))}."));
            }

            targets[i] = k;
        }

        return labels;
    }
}
