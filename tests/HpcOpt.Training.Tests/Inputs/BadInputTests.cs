namespace HpcOpt.Training.Tests;

/// <summary>Every unusable file gives one message that says where, what was found, what was expected and what to do.</summary>
public sealed class BadInputTests
{
    /// <summary>Text, target, kind, and the parts of the message.</summary>
    public static TheoryData<string, string, TargetKind, string[]> Cases => new()
    {
        { "", "y", TargetKind.Value, ["test.csv", "file is empty", "expected rows"] },
        { "\n\n", "y", TargetKind.Value, ["test.csv", "first line is empty", "expected rows"] },
        { "x,y\n", "y", TargetKind.Value, ["test.csv", "no rows under the header", "at least 2"] },
        { "x,y\n1,2\n", "y", TargetKind.Value, ["test.csv", "1 row", "at least 2"] },
        { "x,y\n1,2\n3\n", "y", TargetKind.Value, ["test.csv, line 3", "1 cells", "expected 2", "correct the row"] },
        { "x,y\n1,2\n3,4,5\n", "y", TargetKind.Value, ["test.csv, line 3", "3 cells", "expected 2"] },
        { "x,y\n\"1\n\",2\n3\n", "y", TargetKind.Value, ["test.csv, line 4", "1 cells"] },
        { "x,y\n1,2\n\n3,4\n", "y", TargetKind.Value, ["test.csv, line 3", "line is empty", "expected 2 cells", "remove it"] },
        { "x,y\n1,2\nabc,4\n", "y", TargetKind.Value,
            ["test.csv, line 3, column 'x'", "'abc' is not a number", "expected a finite number", "correct the cell"] },
        { "x,y\r\n1,2\r\n3,\"1,5\"\r\n", "y", TargetKind.Value,
            ["test.csv, line 3, column 'y'", "'1,5' is not a number", "decimal point"] },
        { "x,y\n1,2\n,4\n", "y", TargetKind.Value, ["test.csv, line 3, column 'x'", "cell is empty"] },
        { "x,y\n1,2\nNaN,4\n", "y", TargetKind.Value, ["test.csv, line 3, column 'x'", "'NaN' is not finite"] },
        { "x,y\n1,2\n-Infinity,4\n", "y", TargetKind.Value, ["test.csv, line 3, column 'x'", "'-Infinity' is not finite"] },
        { "x,y\n1,2\n1e999,4\n", "y", TargetKind.Value, ["test.csv, line 3, column 'x'", "'1e999' is not finite"] },
        { "x,y\n1,2\n1,\"4\n", "y", TargetKind.Value, ["test.csv, near line 3", "quote"] },
        { "x,y\n1,\"2\"z\n", "y", TargetKind.Value, ["test.csv, near line 2", "closing quote"] },
        { "x,x,y\n1,2,3\n4,5,6\n", "y", TargetKind.Value, ["test.csv, line 1, column 'x'", "2 columns of this name", "rename"] },
        { "zebra,grades,Grade\n1,2,3\n4,5,6\n", "GRADE", TargetKind.Value,
            ["test.csv", "no target column 'GRADE'", "'Grade', 'grades', 'zebra'", "a number from 1 to 3, or 'last'"] },
        { "1,2,3\n4,5,6\n", "4", TargetKind.Value, ["no target column '4'", "'c0', 'c1', 'c2'", "1 to 3"] },
        { "y\n1\n2\n", "y", TargetKind.Value, ["test.csv", "no feature column", "target 'y'"] },
        { "const,y\n1,2\n1,4\n", "y", TargetKind.Value, ["test.csv, column 'const'", "name of the intercept", "leave the column out"] },
        { "x,y\n1,3\n4,3\n", "y", TargetKind.Class, ["test.csv, column 'y'", "target is 3 in every row", "at least 2 classes"] },
        { "x,y\n1,1\n4,1\n", "y", TargetKind.ZeroOne, ["test.csv, column 'y'", "target is 1 in every row"] },
        { "x,y\n1,0\n4,1\n5,2\n", "y", TargetKind.ZeroOne, ["test.csv, line 4, column 'y'", "target is 2", "expected 0 or 1", "recode"] },
        { "x,y\n1,0\n4,2.5\n", "y", TargetKind.Count,
            ["test.csv, line 3, column 'y'", "target is 2.5", "whole number of at least 0", "use linear"] },
        { "x,y\n1,0\n4,-1\n", "y", TargetKind.Count, ["test.csv, line 3, column 'y'", "target is -1", "whole number of at least 0"] },
        { "x,y\n1,0\n4,a\n", "y", TargetKind.Class, ["test.csv, line 3, column 'y'", "'a' is not a number"] },
    };

    [Theory, MemberData(nameof(Cases))]
    public void The_message_says_where_and_what(string text, string target, TargetKind kind, string[] parts)
    {
        Check(() => TestData.Parse(text).ToDataSet(target, kind), parts);
        if (text.Length > 0)
        {
            Check(() => TestData.Parse(TestData.Gzip(text)).ToDataSet(target, kind), parts);
        }
    }

    [Fact]
    public void Features_are_checked()
    {
        CsvTable table = TestData.Parse("a,b,y\n1,2,3\n4,5,6\n");
        Check(() => table.ToDataSet("y", TargetKind.Value, ["a", "bb"]), ["test.csv", "no feature column 'bb'", "'b', "]);
        Check(() => table.ToDataSet("y", TargetKind.Value, ["a", "y"]), ["column 'y'", "target and a feature"]);
        Check(() => table.ToDataSet("y", TargetKind.Value, ["a", "1"]), ["column 'a'", "2 times"]);
        Check(() => table.ToDataSet("y", TargetKind.Value, []), ["no feature column"]);
    }

    [Fact]
    public void A_test_row_of_an_unknown_class_is_refused() => Check(
        () => TestData.Parse("x,y\n1,0\n2,5\n").ToDataSet("y", TargetKind.Class, ["x"], [0, 1]),
        ["test.csv, line 3, column 'y'", "target is 5", "class of the training data: 0, 1"]);

    [Fact]
    public void A_wide_table_lists_its_nearest_columns_only()
    {
        string header = string.Join(',', Enumerable.Range(0, 100).Select(j => $"pixel{j}"));
        string row = string.Join(',', Enumerable.Range(0, 100));
        Check(() => TestData.Parse($"{header}\n{row}\n{row}\n").ToDataSet("pixel100", TargetKind.Value),
            ["nearest first, 'pixel10'", "and 80 more"]);
    }

    [Fact]
    public void Missing_files_and_directories_are_named()
    {
        Check(() => CsvTable.Read("/no/such/file.csv"), ["/no/such/file.csv", "file not found", "check the path"]);
        Check(() => CsvTable.Read(Path.GetTempPath()), [Path.GetTempPath(), "is a directory"]);
    }

    [Fact]
    public void Corrupt_gzip_is_refused_wherever_it_is_hit()
    {
        string text = string.Concat(Enumerable.Range(0, 500).Select(i => $"{i},{i * 7919 % 1000}\n"));
        byte[] good = TestData.Gzip(text);
        Assert.Equal(500, TestData.Parse(good).RowCount);
        foreach (int length in new[] { 3, good.Length / 2, good.Length - 4 })
        {
            Check(() => TestData.Parse(good[..length]), ["test.csv", "gzip", "again"]);
        }

        foreach (int position in new[] { 2, 30, good.Length - 6, good.Length - 2 })
        {
            byte[] bad = [.. good];
            bad[position] ^= 0x55;
            Check(() => TestData.Parse(bad), ["test.csv", "gzip", "again"]);
        }
    }

    private static void Check(Func<object> read, string[] parts)
    {
        string message = Assert.Throws<DataException>(read).Message;
        Assert.All(parts, part => Assert.Contains(part, message, StringComparison.Ordinal));
    }
}
