using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace HpcOpt.Training;

/// <summary>Rows that no array holds: a <see cref="DataSet{T}"/> takes them where they lie, or as they are made at use.</summary>
internal interface IRowSource<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The d numbers of a row; those made at use are overwritten by the same thread's next call.</summary>
    ReadOnlySpan<T> Row(int i);
}

/// <summary>Some rows of a data set.</summary>
internal sealed class ChosenRows<T>(DataSet<T> all, int[] rows) : IRowSource<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public ReadOnlySpan<T> Row(int i) => all.Row(rows[i]);
}

/// <summary>The rows of a file: its bytes where they are numbers of <typeparamref name="T"/>, else converted.</summary>
internal sealed class ArrayRows<T>(ArrayFile file) : IRowSource<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly bool _asTheyLie = file.Type.Is<T>();
    private readonly MadeRows<T> _made = new(
        file.ColumnCount, (i, row) => file.Type.Read(file.Row(i), row),
        (i, j, x) => $"{file.File}, row {i}, column {j}: {x} is too large for {typeof(T).Name}; use double.");

    public ReadOnlySpan<T> Row(int i) => _asTheyLie ? MemoryMarshal.Cast<byte, T>(file.Row(i)) : _made.Row(i);
}

/// <summary>z_j = (x_j - μ_j) / σ_j of each row x.</summary>
internal sealed class StandardizedRows<T>(DataSet<double> data, double[] mean, double[] scale) : IRowSource<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly MadeRows<T> _made = new(
        mean.Length,
        (i, row) =>
        {
            TensorPrimitives.Subtract(data.Row(i), mean, row);
            TensorPrimitives.Divide(row, scale, row);
        },
        (_, j, z) => Standardizer.TooFar<T>(data.FeatureNames[j], z * scale[j] + mean[j], z));

    public ReadOnlySpan<T> Row(int i) => _made.Row(i);
}

/// <summary>Rows computed in double and rounded once; each thread keeps its last one.</summary>
/// <param name="length">d.</param>
/// <param name="fill">Writes a row.</param>
/// <param name="tooLarge">The message for row, column and value where <typeparamref name="T"/> cannot hold it.</param>
[SuppressMessage("Design", "CA1001", Justification = "No data set is disposed; the finalizer of ThreadLocal frees its slots.")]
internal sealed class MadeRows<T>(int length, Action<int, double[]> fill, Func<int, int, double, string> tooLarge)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly ThreadLocal<Kept> _kept = new(() => new Kept(new double[length], new T[length]));

    public ReadOnlySpan<T> Row(int i)
    {
        Kept kept = _kept.Value!;
        if (kept.Number != i)
        {
            kept.Number = -1;
            fill(i, kept.Exact);
            TensorPrimitives.ConvertTruncating<double, T>(kept.Exact, kept.Rounded);
            if (!TensorPrimitives.IsFiniteAll<T>(kept.Rounded))
            {
                int j = Array.FindIndex(kept.Rounded, x => !T.IsFinite(x));
                throw new DataException(tooLarge(i, j, kept.Exact[j]));
            }

            kept.Number = i;
        }

        return kept.Rounded;
    }

    private sealed class Kept(double[] exact, T[] rounded)
    {
        public int Number { get; set; } = -1;

        public double[] Exact { get; } = exact;

        public T[] Rounded { get; } = rounded;
    }
}
