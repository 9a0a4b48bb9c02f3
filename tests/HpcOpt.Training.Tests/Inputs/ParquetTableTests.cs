using CsCheck;
using Parquet;
using Parquet.Schema;

namespace HpcOpt.Training.Tests;

/// <summary>Files that Parquet.Net writes come back; nulls, text and damage are answered with their place.</summary>
public sealed class ParquetTableTests
{
    [Fact]
    public void What_was_written_is_read() => (
        from rows in Gen.Int[2, 40]
        from groups in Gen.Int[1, 3]
        from doubles in Gen.Double[-1e6, 1e6].Array[rows]
        from floats in Gen.Float[-1, 1].Array[rows]
        from longs in Gen.Long[-(1L << 53), 1L << 53].Array[rows]
        from ints in Gen.Int.Array[rows]
        from flags in Gen.Bool.Array[rows]
        select (groups, doubles, floats, longs, ints, flags)).Sample(
        input =>
        {
            using ArrayFiles files = new();
            int rows = input.doubles.Length;
            string path = files.Write("x.parquet", Write(
                input.groups,
                ("y", Array.ConvertAll(input.doubles, x => (double?)x)),
                ("float", Array.ConvertAll(input.floats, x => (float?)x)),
                ("long", Array.ConvertAll(input.longs, x => (long?)x)),
                ("int", input.ints),
                ("flag", input.flags)));
            DataSet<double> data = ParquetTable.Read(path).ToDataSet("y", TargetKind.Value);
            Assert.Equal(["float", "long", "int", "flag"], data.FeatureNames);
            Assert.Equal(Repeat(input.doubles), data.Targets.ToArray());
            Assert.Equal(Repeat(input.floats.Select(x => (double)x)), Column(0));
            Assert.Equal(Repeat(input.longs.Select(x => (double)x)), Column(1));
            Assert.Equal(Repeat(input.ints.Select(x => (double)x)), Column(2));
            Assert.Equal(Repeat(input.flags.Select(x => x ? 1.0 : 0)), Column(3));

            IEnumerable<double> Column(int j) => Enumerable.Range(0, data.RowCount).Select(i => data.Row(i)[j]);

            IEnumerable<double> Repeat(IEnumerable<double> numbers) => Enumerable.Repeat(numbers, input.groups).SelectMany(group => group);
        },
        iter: 60);

    [Fact]
    public void Text_serves_as_keys()
    {
        using ArrayFiles files = new();
        ParquetTable table = ParquetTable.Read(files.Write(
            "x.parquet", Write(1, ("y", new double[] { 1, 2, 3 }), ("firm", new[] { "a", "b", "a" }), ("year", new[] { 1, 2, 3 }))));
        Assert.Equal(3, table.RowCount);
        Assert.Equal(["y", "firm", "year"], table.ColumnNames);
        Assert.Equal([0, 1, 0], table.Keys("firm"));
        Assert.Equal([0, 1, 2], table.Keys("year"));
        Assert.Equal([0, 1, 2], table.Periods("year"));
        Check(() => table.ToDataSet("y", TargetKind.Value), ["x.parquet, column 'firm': holds text; expected numbers"]);
        Check(() => table.ToDataSet("yy", TargetKind.Value),
            ["x.parquet: there is no target column 'yy'; the columns are, nearest first, 'y'"]);
        Check(() => table.Periods("y0"), ["there is no time column 'y0'"]);
    }

    [Fact]
    public void A_bad_cell_is_named_by_row_and_column()
    {
        using ArrayFiles files = new();
        ParquetTable table = ParquetTable.Read(files.Write("x.parquet", Write(
            2, ("y", new double?[] { 1, 2, 3 }), ("gap", new int?[] { 1, null, 3 }), ("nan", new[] { 1, 2, float.NaN }),
            ("half", new[] { 0, 0.5, 1 }))));
        Check(() => table.ToDataSet("y", TargetKind.Value, ["gap"]),
            ["x.parquet, row 1, column 'gap': the cell is null; expected a finite number"]);
        Check(() => table.ToDataSet("gap", TargetKind.Value, ["y"]), ["row 1, column 'gap': the cell is null"]);
        Check(() => table.ToDataSet("y", TargetKind.Value, ["nan"]), ["x.parquet, row 2, column 'nan': NaN is not finite"]);
        Check(() => table.ToDataSet("half", TargetKind.ZeroOne, ["y"]),
            ["x.parquet, row 1, column 'half': the target is 0.5; expected 0 or 1"]);
        Assert.Equal(6, table.ToDataSet("y", TargetKind.Value, ["half"]).RowCount);
    }

    [Fact]
    public void What_holds_no_rows_is_refused()
    {
        using ArrayFiles files = new();
        Check(() => ParquetTable.Read(files.Write("none.parquet", Write(0, ("y", new double[] { 1 })))),
            ["none.parquet: has 0 rows; expected from 2 to"]);
        Check(() => ParquetTable.Read(files.Write("text.parquet", [.. "x,y\n1,2\n3,4\n"u8])), ["text.parquet: cannot be read as Parquet"]);
        Check(() => ParquetTable.Read(files["absent.parquet"]), ["absent.parquet: file not found"]);
    }

    [Fact]
    public void A_file_cut_anywhere_is_refused()
    {
        using ArrayFiles files = new();
        byte[] whole = Write(1, ("x", new double[] { 1, 2, 3 }), ("y", new double[] { 3, 2, 1 }));
        for (int length = 0; length < whole.Length; length++)
        {
            string path = files.Write("x.parquet", whole[..length]);
            Check(() => ParquetTable.Read(path).ToDataSet("y", TargetKind.Value), ["x.parquet"]);
        }
    }

    /// <summary>Some damages lie in names or in numbers and can be read; all others are refused, and none is read without end.</summary>
    [Fact]
    public async Task A_byte_that_changed_anywhere_is_refused_or_read()
    {
        using ArrayFiles files = new();
        byte[] whole = Write(2, ("x", new double[] { 1, 2, 3 }), ("y", new double[] { 3, 2, 1 }));
        int refused = 0;
        for (int i = 0; i < whole.Length; i++)
        {
            foreach (byte value in (byte[])[0, 1, 0x7F, 0x80, 0xFF, (byte)(whole[i] ^ 0x10), (byte)(whole[i] + 1)])
            {
                byte[] damaged = [.. whole];
                damaged[i] = value;
                string path = files.Write("x.parquet", damaged);
                bool isRefused = await Task.Run(() => IsRefused(path), TestContext.Current.CancellationToken)
                    .WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
                refused += isRefused ? 1 : 0;
            }
        }

        Assert.InRange(refused, whole.Length, 7 * whole.Length);

        static bool IsRefused(string path)
        {
            try
            {
                ParquetTable.Read(path).ToDataSet("y", TargetKind.Value);
                return false;
            }
            catch (DataException e)
            {
                Assert.Contains("x.parquet", e.Message, StringComparison.Ordinal);
                return true;
            }
        }
    }

    /// <summary>Each row group holds all cells.</summary>
    private static byte[] Write(int groups, params (string Name, Array Cells)[] columns)
    {
        DataField[] fields = [.. columns.Select(column => Field(column.Name, column.Cells.GetType().GetElementType()!))];
        using MemoryStream stream = new();
        Task.Run(async () =>
        {
            await using ParquetWriter writer = await ParquetWriter.CreateAsync(new ParquetSchema(fields), stream);
            for (int g = 0; g < groups; g++)
            {
                using ParquetRowGroupWriter group = writer.CreateRowGroup();
                foreach ((DataField field, (_, Array cells)) in fields.Zip(columns))
                {
                    await (cells switch
                    {
                        double?[] values => group.WriteAsync<double>(field, values.AsMemory()),
                        float?[] values => group.WriteAsync<float>(field, values.AsMemory()),
                        long?[] values => group.WriteAsync<long>(field, values.AsMemory()),
                        int?[] values => group.WriteAsync<int>(field, values.AsMemory()),
                        double[] values => group.WriteAsync<double>(field, values.AsMemory()),
                        float[] values => group.WriteAsync<float>(field, values.AsMemory()),
                        int[] values => group.WriteAsync<int>(field, values.AsMemory()),
                        bool[] values => group.WriteAsync<bool>(field, values.AsMemory()),
                        string[] values => group.WriteAsync(field, values),
                        _ => throw new ArgumentException(field.Name, nameof(columns)),
                    });
                }
            }
        }).GetAwaiter().GetResult();
        return stream.ToArray();
    }

    private static DataField Field(string name, Type type) => new(
        name, Nullable.GetUnderlyingType(type) ?? type, isNullable: Nullable.GetUnderlyingType(type) is not null || type == typeof(string));

    private static void Check(Func<object> read, string[] parts)
    {
        string message = Assert.Throws<DataException>(read).Message;
        Assert.All(parts, part => Assert.Contains(part, message, StringComparison.Ordinal));
        Assert.DoesNotContain('\n', message);
    }
}
