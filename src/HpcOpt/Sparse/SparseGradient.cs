using System.Numerics;
using HpcOpt.Engine;

namespace HpcOpt;

/// <summary>
/// A gradient that is 0 but for some rows: row r stands for the <see cref="Width"/> parameters from r·<see cref="Width"/> on, and with a
/// width of 1 for one parameter. A row that is added again is summed to what it has, in the order of the calls.
/// </summary>
/// <remarks>
/// Rows come in any order. It is made once and cleared for each step, and then allocates nothing unless a step has more rows than any
/// before. Its memory is proportional to the rows that it holds, not to the parameters.
/// </remarks>
/// <example>
/// <code>
/// SparseGradient&lt;float&gt; gradient = new(theta.Length, width: 8);
/// gradient.Add([7, 3, 7], values); // 24 values; those of row 7 are summed
/// optimizer.Step(theta, gradient);
/// </code>
/// </example>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class SparseGradient<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int FirstCapacity = 64;

    private nint[] _rows = new nint[FirstCapacity];
    private T[] _values;

    // Open addressing with linear probing: a cell holds the position of a row, taken if that row points back. Clearing sets a count to 0.
    private int[] _table = new int[2 * FirstCapacity];
    private int[] _cellOf = new int[FirstCapacity];

    /// <summary>A gradient of zeros.</summary>
    /// <param name="length">Number of parameters, from 0: rows × width.</param>
    /// <param name="width">Parameters in a row, from 1.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="length"/> &lt; 0 or <paramref name="width"/> &lt; 1.</exception>
    /// <exception cref="ArgumentException"><paramref name="length"/> is not a multiple of <paramref name="width"/>.</exception>
    public SparseGradient(nint length, int width = 1)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        Guard.AtLeastOne(width, nameof(width));
        if (length % width != 0)
        {
            throw new ArgumentException(
                $"The length {length} is not a multiple of the width {width}; pad the parameters to whole rows.", nameof(length));
        }

        (Length, Width, RowCount) = (length, width, length / width);
        _values = new T[FirstCapacity * width];
    }

    /// <summary>Number of parameters.</summary>
    public nint Length { get; }

    /// <summary>Parameters in a row.</summary>
    public int Width { get; }

    /// <summary>Rows that there are, present or not: <see cref="Length"/> / <see cref="Width"/>.</summary>
    public nint RowCount { get; }

    /// <summary>Rows that are present.</summary>
    public int Count { get; private set; }

    /// <summary>The rows that are present, each once, in the order in which they first came.</summary>
    public ReadOnlySpan<nint> Rows => _rows.AsSpan(0, Count);

    /// <summary>The values of <see cref="Rows"/>, row after row.</summary>
    public Span<T> Values => _values.AsSpan(0, Count * Width);

    /// <summary>Forgets all rows.</summary>
    public void Clear() => Count = 0;

    /// <summary>The values of a row, to be added to; zeros if it was not present, as it now is.</summary>
    /// <param name="row">From 0 to <see cref="RowCount"/> - 1.</param>
    /// <returns>Valid until another row joins.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="row"/> is outside that range.</exception>
    public Span<T> Row(nint row)
    {
        int place = Place(row); // first: it may grow the values
        return _values.AsSpan(place * Width, Width);
    }

    /// <summary>The position of a row among <see cref="Rows"/>, which it joins with zeros if it is not there.</summary>
    /// <param name="row">From 0 to <see cref="RowCount"/> - 1.</param>
    /// <returns>Valid until <see cref="Clear"/>: the row's values start at this × <see cref="Width"/> in <see cref="Values"/>.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="row"/> is outside that range.</exception>
    public int Place(nint row)
    {
        if ((nuint)row >= (nuint)RowCount)
        {
            throw new ArgumentOutOfRangeException(nameof(row), row, $"The row must be from 0 to {RowCount - 1}.");
        }

        return FindOrJoin(row);
    }

    /// <summary>Adds rows, or elements where the width is 1.</summary>
    /// <param name="rows">Any order; repeated ones are summed in the order of their appearance.</param>
    /// <param name="values">The <see cref="Width"/> values of each.</param>
    /// <exception cref="ArgumentException">There are more or fewer values than rows × width. Nothing was added.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A row is not from 0 to <see cref="RowCount"/> - 1. Nothing was added.</exception>
    public void Add(ReadOnlySpan<long> rows, ReadOnlySpan<T> values)
    {
        if (values.Length != (long)rows.Length * Width)
        {
            throw new ArgumentException(
                $"{nameof(values)} has {values.Length} elements; expected {(long)rows.Length * Width}, {rows.Length} rows of {Width}.",
                nameof(values));
        }

        for (int i = 0; i < rows.Length; i++)
        {
            if ((ulong)rows[i] >= (ulong)RowCount)
            {
                throw new ArgumentOutOfRangeException(
                    nameof(rows), rows[i], $"{nameof(rows)}[{i}] is {rows[i]}; expected 0 to {RowCount - 1}.");
            }
        }

        for (int i = 0; i < rows.Length; i++)
        {
            int place = FindOrJoin((nint)rows[i]);
            Span<T> sum = _values.AsSpan(place * Width, Width);
            ReadOnlySpan<T> value = values.Slice(i * Width, Width);
            for (int k = 0; k < sum.Length; k++)
            {
                sum[k] += value[k];
            }
        }
    }

    /// <summary>Writes the gradient as a dense vector.</summary>
    /// <param name="destination"><see cref="Length"/> elements.</param>
    /// <exception cref="ArgumentException">The length differs.</exception>
    public void CopyTo(Span<T> destination)
    {
        Guard.Length(destination.Length, Length, nameof(destination));
        destination.Clear();
        for (int i = 0; i < Count; i++)
        {
            _values.AsSpan(i * Width, Width).CopyTo(destination[(int)(_rows[i] * Width)..]);
        }
    }

    private int FindOrJoin(nint row)
    {
        int mask = _table.Length - 1;
        int cell = Hash(row) & mask;
        while (true)
        {
            int place = _table[cell];
            if ((uint)place >= (uint)Count || _cellOf[place] != cell)
            {
                return Join(row, cell);
            }

            if (_rows[place] == row)
            {
                return place;
            }

            cell = (cell + 1) & mask;
        }
    }

    private int Join(nint row, int cell)
    {
        int place = Count;
        if (place == _rows.Length)
        {
            Grow();
            cell = FreeCell(row);
        }

        (_rows[place], _cellOf[place], _table[cell]) = (row, cell, place);
        Count++;
        _values.AsSpan(place * Width, Width).Clear();
        return place;
    }

    private void Grow()
    {
        int capacity = checked(2 * _rows.Length);
        Array.Resize(ref _values, checked(capacity * Width));
        Array.Resize(ref _rows, capacity);
        Array.Resize(ref _cellOf, capacity);
        _table = new int[2 * capacity];
        int count = Count;
        for (Count = 0; Count < count; Count++)
        {
            int cell = FreeCell(_rows[Count]);
            (_cellOf[Count], _table[cell]) = (cell, Count);
        }
    }

    private int FreeCell(nint row)
    {
        int mask = _table.Length - 1;
        int cell = Hash(row) & mask;
        while ((uint)_table[cell] < (uint)Count && _cellOf[_table[cell]] == cell)
        {
            cell = (cell + 1) & mask;
        }

        return cell;
    }

    // Neighbouring rows far apart: the odd multiplier nearest to 2⁶⁴/φ (D. Knuth, "The art of computer programming" 3, 6.4).
    private static int Hash(nint row) => (int)(((ulong)row * 0x9E3779B97F4A7C15) >> 33);
}
