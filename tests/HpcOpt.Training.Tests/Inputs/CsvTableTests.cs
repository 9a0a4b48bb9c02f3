using System.Text;

namespace HpcOpt.Training.Tests;

/// <summary>Every accepted spelling of one table gives the same data.</summary>
public sealed class CsvTableTests
{
    private const string Plain = "a,b,y\n1,2.5,0\n-3e2,4,1\n";

    public static TheoryData<string, string> Spellings => new()
    {
        { "plain", Plain },
        { "CRLF", Plain.Replace("\n", "\r\n", StringComparison.Ordinal) },
        { "old Mac line ends", Plain.Replace('\n', '\r') },
        { "byte-order mark", '\uFEFF' + Plain },
        { "no last line end", Plain.TrimEnd() },
        { "empty lines at the end", Plain + "\r\n\n" },
        { "quotes", "\"a\",b,\"y\"\n\"1\",2.5,\"0\"\n-3e2,\"4\",1\n" },
        { "spaces", " a, b,y \n 1, 2.5,0\n-3e2 ,4,1\n" },
    };

    [Theory, MemberData(nameof(Spellings))]
    public void Every_spelling_reads_the_same(string name, string text)
    {
        Assert.NotEmpty(name);
        foreach (byte[] bytes in new[] { Encoding.UTF8.GetBytes(text), TestData.Gzip(text) })
        {
            CsvTable table = TestData.Parse(bytes);
            DataSet<double> data = table.ToDataSet("y", TargetKind.Value);
            Assert.Equal(["a", "b", "y"], table.ColumnNames);
            Assert.Equal(["a", "b"], data.FeatureNames);
            Assert.Equal([1, 2.5], data.Row(0).ToArray());
            Assert.Equal([-300, 4], data.Row(1).ToArray());
            Assert.Equal([0, 1], data.Targets.ToArray());
        }
    }

    [Fact]
    public void A_stream_that_cannot_seek_reads_the_same()
    {
        using System.IO.Compression.GZipStream pipe =
            new(new MemoryStream(TestData.Gzip(Plain)), System.IO.Compression.CompressionMode.Decompress);
        Assert.Equal(2, CsvTable.Read(pipe, "pipe").RowCount);
    }

    [Theory]
    [InlineData("1,2\n3,4\n", null, 2, "c0")]
    [InlineData("1,2\n3,4\n", true, 1, "1")]
    [InlineData("x,2\n3,4\n", null, 1, "x")]
    [InlineData("x,2\n3,4\n", false, 2, "c0")]
    [InlineData(",2\n3,4\n", null, 2, "c0")]
    public void The_header_is_found_or_told(string text, bool? header, int rows, string first)
    {
        CsvTable table = TestData.Parse(text, header);
        Assert.Equal(rows, table.RowCount);
        Assert.Equal(first, table.ColumnNames[0]);
    }

    [Theory]
    [InlineData("c2")]
    [InlineData("3")]
    [InlineData("last")]
    public void The_target_is_a_name_a_number_or_last(string target)
    {
        DataSet<double> data = TestData.Parse("1,2,3\n4,5,6\n").ToDataSet(target, TargetKind.Value);
        Assert.Equal([3, 6], data.Targets.ToArray());
        Assert.Equal(["c0", "c1"], data.FeatureNames);
    }

    [Fact]
    public void An_exact_name_goes_before_a_number() =>
        Assert.Equal([1, 4], TestData.Parse("2,b\n1,9\n4,9\n", header: true).ToDataSet("2", TargetKind.Value).Targets.ToArray());

    [Fact]
    public void Text_columns_may_stay_out()
    {
        DataSet<double> data = TestData.Table("grunfeld.csv").ToDataSet("invest", TargetKind.Value, ["value", "capital"]);
        Assert.Equal(220, data.RowCount);
        Assert.Equal([3078.5, 2.8], data.Row(0).ToArray());
    }

    [Fact]
    public void Labels_become_classes_and_test_rows_keep_them()
    {
        CsvTable table = TestData.Parse("x,y\n1,7\n2,-1.5\n3,7\n4,3\n");
        DataSet<double> data = table.ToDataSet("y", TargetKind.Class);
        Assert.Equal([-1.5, 3, 7], data.ClassLabels!);
        Assert.Equal([2, 0, 2, 1], data.Targets.ToArray());
        DataSet<double> test = TestData.Parse("x,y\n1,7\n2,7\n").ToDataSet("y", TargetKind.Class, data.FeatureNames, data.ClassLabels);
        Assert.Equal([2, 2], test.Targets.ToArray());
        Assert.Equal(data.ClassLabels, test.ClassLabels);
    }

    [Fact]
    public void Digits_have_ten_classes()
    {
        DataSet<double> data = TestData.Table("digits.csv.gz").ToDataSet("65", TargetKind.Class);
        Assert.Equal((1797, 64, 10), (data.RowCount, data.FeatureCount, data.ClassLabels!.Count));
    }

    [Fact]
    public void Numbers_do_not_depend_on_the_culture()
    {
        System.Globalization.CultureInfo before = System.Globalization.CultureInfo.CurrentCulture;
        try
        {
            var commas = (System.Globalization.CultureInfo)System.Globalization.CultureInfo.InvariantCulture.Clone();
            (commas.NumberFormat.NumberDecimalSeparator, commas.NumberFormat.NumberGroupSeparator) = (",", ".");
            System.Globalization.CultureInfo.CurrentCulture = commas;
            Assert.Equal(2.5, TestData.Parse(Plain).ToDataSet("y", TargetKind.Value).Row(0)[1]);
        }
        finally
        {
            System.Globalization.CultureInfo.CurrentCulture = before;
        }
    }
}
