using System.Globalization;
using System.Numerics;
using Parquet;
using Parquet.Schema;

namespace HpcOpt.Training;

/// <summary>One column of a <see cref="ParquetTable"/>, read when it is asked for.</summary>
internal sealed class ParquetColumn(string name, int rowCount) : TableColumn(name)
{
    private double[]? _numbers;

    public override IReadOnlyList<double> Numbers(string file)
    {
        if (_numbers is null)
        {
            double?[] cells = Cells(file, NumbersOf);
            int bad = Array.FindIndex(cells, cell => cell is not { } number || !double.IsFinite(number));
            _numbers = bad < 0 ? Array.ConvertAll(cells, cell => cell!.Value) : throw new DataException(
                $"{file}, row {bad}, column '{Name}': "
                    + $"{(cells[bad] is { } x ? string.Create(CultureInfo.InvariantCulture, $"{x} is not finite") : "the cell is null")}; "
                    + "expected a finite number; "
                + "fill the cell, leave the row out, or name the feature columns without this one.");
        }

        return _numbers;
    }

    public override IEnumerable<string> Texts(string file) => Cells(file, TextsOf);

    private T[] Cells<T>(string file, Func<ParquetRowGroupReader, DataField, string, Task<T[]>> read) =>
        ParquetTable.Open(file, async reader =>
    {
        DataField field = reader.Schema.Fields.OfType<DataField>().First(known => known.Name == Name);
        T[] cells = new T[rowCount];
        int filled = 0;
        foreach (ParquetRowGroupReader group in reader.RowGroups)
        {
            T[] part = await read(group, field, file).ConfigureAwait(false);
            part.CopyTo(cells, filled);
            filled += part.Length;
        }

        return filled == rowCount ? cells : throw new DataException(
            $"{file}: has {filled} rows and had {rowCount} when it was opened; leave it as it is while it is read.");
    });

    private static async Task<string[]> TextsOf(ParquetRowGroupReader group, DataField field, string file)
    {
        if (!IsText(field))
        {
            return Array.ConvertAll(await NumbersOf(group, field, file).ConfigureAwait(false),
                number => number?.ToString("R", CultureInfo.InvariantCulture) ?? "");
        }

        string?[] texts = new string?[checked((int)group.RowCount)];
        await group.ReadAsync(field, texts.AsMemory()).ConfigureAwait(false);
        return Array.ConvertAll(texts, text => text ?? "");
    }

    // Parquet.Net keeps text as memory of characters.
    private static bool IsText(DataField field) => field.ClrType == typeof(string) || field.ClrType == typeof(ReadOnlyMemory<char>);

    private static Task<double?[]> NumbersOf(ParquetRowGroupReader group, DataField field, string file) =>
        Type.GetTypeCode(field.ClrType) switch
        {
            TypeCode.Double => Read<double>(group, field),
            TypeCode.Single => Read<float>(group, field),
            TypeCode.Int64 => Read<long>(group, field),
            TypeCode.Int32 => Read<int>(group, field),
            TypeCode.Int16 => Read<short>(group, field),
            TypeCode.SByte => Read<sbyte>(group, field),
            TypeCode.UInt64 => Read<ulong>(group, field),
            TypeCode.UInt32 => Read<uint>(group, field),
            TypeCode.UInt16 => Read<ushort>(group, field),
            TypeCode.Byte => Read<byte>(group, field),
            TypeCode.Decimal => Read<decimal>(group, field),
            TypeCode.Boolean => Booleans(group, field),
            _ => throw new DataException($"{file}, column '{field.Name}': holds {(IsText(field) ? "text" : field.ClrType.Name)}; "
                + "expected numbers; name the feature columns without this one."),
        };

    private static async Task<double?[]> Read<T>(ParquetRowGroupReader group, DataField field)
        where T : struct, INumber<T> => Array.ConvertAll(
            await Raw<T>(group, field).ConfigureAwait(false), cell => cell is { } number ? double.CreateChecked(number) : (double?)null);

    private static async Task<double?[]> Booleans(ParquetRowGroupReader group, DataField field) =>
        Array.ConvertAll(await Raw<bool>(group, field).ConfigureAwait(false), cell => cell is { } yes ? (yes ? 1.0 : 0.0) : (double?)null);

    private static async Task<T?[]> Raw<T>(ParquetRowGroupReader group, DataField field)
        where T : struct
    {
        int count = checked((int)group.RowCount);
        if (field.IsNullable)
        {
            T?[] cells = new T?[count];
            await group.ReadAsync<T>(field, cells.AsMemory()).ConfigureAwait(false);
            return cells;
        }

        T[] values = new T[count];
        await group.ReadAsync<T>(field, values.AsMemory()).ConfigureAwait(false);
        return Array.ConvertAll(values, value => (T?)value);
    }
}
