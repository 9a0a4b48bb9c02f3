using System.Globalization;
using System.Text;
using CsCheck;

namespace HpcOpt.Training.Tests.Sparse;

public sealed class SvmLightTests
{
    [Theory, InlineData(false), InlineData(true)]
    public void What_was_written_is_read(bool gzip) =>
        Gen.Select(Gen.Int[-3, 3], Gen.Select(Gen.Int[1, 400], Gen.Double[-1e6, 1e6]).Array[0, 60]).Array[1, 40].Sample(rows =>
        {
            StringBuilder text = new();
            List<(int, (int Index, double Value)[])> expected = [];
            foreach ((int label, (int, double)[] pairs) in rows)
            {
                (int Index, double Value)[] entries = [.. pairs.DistinctBy(pair => pair.Item1).OrderBy(pair => pair.Item1)];
                expected.Add((label, entries));
                text.Append(CultureInfo.InvariantCulture, $"{label}");
                foreach ((int index, double value) in entries)
                {
                    text.Append(CultureInfo.InvariantCulture, $" {index}:{value:R}");
                }

                text.Append('\n');
            }

            SparseDataSet<double> data = Read(text.ToString(), TargetKind.Value, gzip);
            Assert.Equal(expected.Count, data.RowCount);
            for (int i = 0; i < data.RowCount; i++)
            {
                Range entries = data.Starts[i]..data.Starts[i + 1];
                Assert.Equal(expected[i].Item1, data.Targets[i]);
                Assert.Equal(expected[i].Item2.Select(entry => entry.Index - 1), data.Columns[entries].ToArray());
                Assert.Equal(expected[i].Item2.Select(entry => entry.Value), data.Values[entries].ToArray());
            }
        });

    [Fact]
    public void Comments_blanks_query_numbers_and_any_line_end_are_read()
    {
        SparseDataSet<float> data = Read<float>("# a comment\r\n\n2 qid:7 1:0.5\t3:-1e1  # why\r\n   \r\n-1\n2 4:+.25", TargetKind.Class);
        Assert.Equal([-1, 2], data.ClassLabels!);
        Assert.Equal([1, 0, 1], data.Targets.ToArray());
        Assert.Equal([0, 2, 2, 3], data.Starts.ToArray());
        Assert.Equal([0, 2, 3], data.Columns.ToArray());
        Assert.Equal([0.5f, -10, 0.25f], data.Values.ToArray());
        Assert.Equal(4, data.FeatureCount);
    }

    [Fact]
    public void Lines_may_be_longer_than_any_buffer()
    {
        const int Entries = 100_000;
        SparseDataSet<double> data =
            Read("1 " + string.Join(' ', Enumerable.Range(1, Entries).Select(i => $"{i}:{i}")) + "\n0 1:1\n", TargetKind.Class, gzip: true);
        Assert.Equal([0, Entries, Entries + 1], data.Starts.ToArray());
        Assert.Equal(Entries, data.Values[Entries - 1]);
    }

    [Fact]
    public void Test_rows_keep_the_classes_and_features_of_the_training_rows()
    {
        SparseDataSet<double> train = Read("5 1:1 3:1\n7 2:1\n", TargetKind.Class);
        SparseDataSet<double> test = SvmLight.Read(new MemoryStream("7 2:4 9:5\n"u8.ToArray()), "test", TargetKind.Class, train);
        Assert.Equal(3, test.FeatureCount);
        Assert.Equal([1], test.Targets.ToArray());
        Assert.Equal([4], test.Values.ToArray()); // no training row has feature 9
        DataException error =
            Assert.Throws<DataException>(() => SvmLight.Read(new MemoryStream("\n8 2:4\n"u8.ToArray()), "test", TargetKind.Class, train));
        Assert.StartsWith("test, line 2, column 1: the label is 8; expected a class of the training data: 5, 7.", error.Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1 1:1\nx 1:1\n", "f.svm, line 2, column 1: the label is 'x'; expected a finite number")]
    [InlineData("1,2 1:1\n", "line 1, column 1: the label is '1,2'")]
    [InlineData("1 5\n", "line 1, column 3: '5' is no index:value pair")]
    [InlineData("1 2:1 0:1\n", "line 1, column 7: the index is 0, but indices count from 1; if those of this file count from 0")]
    [InlineData("1 2:1 -3:1\n", "line 1, column 7: the index is '-3'; expected a whole number from 1")]
    [InlineData("1 2147483647:1\n", "the index is '2147483647'; expected a whole number from 1 to 2147483646")]
    [InlineData("1 99999999999999999999:1\n", "expected a whole number from 1")]
    [InlineData("1 :1\n", "the index is ''")]
    [InlineData("1 2:1 2:1\n", "line 1, column 7: the index is 2 after 2; expected ascending indices, each once")]
    [InlineData("1 3:1 2:1\n", "line 1, column 7: the index is 2 after 3")]
    [InlineData("1 2:\n", "line 1, column 5: the value is ''; expected a finite number")]
    [InlineData("1 2:1e999\n", "line 1, column 5: the value is '1e999'")]
    [InlineData("1 2:nan\n", "the value is 'nan'")]
    [InlineData("1 2:0x1\n", "the value is '0x1'")]
    [InlineData("# nothing\n", "f.svm: there are no rows")]
    [InlineData("", "f.svm: there are no rows")]
    public void What_is_malformed_is_named_with_file_line_and_column(string text, string message) =>
        Assert.Contains(message, Assert.Throws<DataException>(() => Read(text, TargetKind.Value)).Message, StringComparison.Ordinal);

    [Fact]
    public void Indices_may_count_from_0()
    {
        SparseDataSet<double> data = SvmLight.Read<double>(new MemoryStream("1 0:5\n"u8.ToArray()), "f", TargetKind.Value, firstIndex: 0);
        Assert.Equal([0], data.Columns.ToArray());
    }

    [Fact]
    public void A_missing_or_cut_file_is_an_error()
    {
        Assert.Contains("file not found",
            Assert.Throws<DataException>(() => SvmLight.Read<float>("/nowhere/x.svm", TargetKind.Class)).Message, StringComparison.Ordinal);
        byte[] packed = TestData.Gzip("1 1:1\n0 2:1\n");
        Assert.Contains("gzip", Assert.Throws<DataException>(
            () => SvmLight.Read<float>(new MemoryStream(packed[..^3]), "f", TargetKind.Class)).Message, StringComparison.Ordinal);
    }

    /// <summary>Flipped and missing bytes give a message or a set that passes its own checks, never anything else.</summary>
    [Theory, InlineData(false), InlineData(true)]
    public void Damaged_files_end_in_a_message_or_in_a_valid_set(bool gzip)
    {
        byte[] whole = Encoding.ASCII.GetBytes("# head\n3 1:0.5 7:2 # tail\n-1 qid:3 2:1e-3\n\n3 4:1 5:-2.5e10 90000:3\n");
        whole = gzip ? TestData.Gzip(Encoding.ASCII.GetString(whole)) : whole;
        Gen.Select(Gen.Int[0, whole.Length], Gen.Select(Gen.Int[0, whole.Length - 1], Gen.Byte).Array[0, 4]).Sample((length, flips) =>
        {
            byte[] damaged = [.. whole];
            foreach ((int at, byte value) in flips)
            {
                damaged[at] = value;
            }

            try
            {
                SparseDataSet<double> data = SvmLight.Read<double>(new MemoryStream(damaged[..length]), "f", TargetKind.Class);
                Assert.InRange(data.RowCount, 1, length);
            }
            catch (DataException e)
            {
                Assert.StartsWith("f", e.Message, StringComparison.Ordinal);
            }
        }, iter: 5000);
    }

    private static SparseDataSet<double> Read(string text, TargetKind kind, bool gzip = false) => Read<double>(text, kind, gzip);

    private static SparseDataSet<T> Read<T>(string text, TargetKind kind, bool gzip = false)
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T> =>
        SvmLight.Read<T>(new MemoryStream(gzip ? TestData.Gzip(text) : Encoding.ASCII.GetBytes(text)), "f.svm", kind);
}
