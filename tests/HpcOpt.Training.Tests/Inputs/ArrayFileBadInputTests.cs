using CsCheck;

namespace HpcOpt.Training.Tests;

/// <summary>Every unusable array gives one message that says where, what was found and what was expected; none is a crash.</summary>
public sealed class ArrayFileBadInputTests
{
    /// <summary>The file and the parts of the message.</summary>
    public static TheoryData<byte[], string[]> Headers => new()
    {
        { [], ["x: the file is empty", "expected an array"] },
        { [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A],
            ["x: begins with the bytes 89 50 4E 47 0D 0A", "expected an array: .npy (93 4E 55 4D 50 59) or IDX"] },
        { [.. "PAR1 and so on"u8], ["begins with the bytes 50 41 52 31", "this is a Parquet file, whose target is a column (--target)"] },
        { [0, 0, 0x0A, 1, 0, 0, 0, 2], ["magic number of an IDX file is 00 00 0A 01", "expected 08, 09, 0B"] },
        { [0, 0, 8, 0], ["magic number of an IDX file is 00 00 08 00", "at least one dimension"] },
        { [0, 0, 8, 3, 0, 0, 0, 2], ["ends after 8 bytes, in its header", "at least 16", "copy it again"] },
        { ArrayFiles.Idx(8, [1, 2, 3], 2, 2), ["the header says shape (2, 2) of u1, 4 bytes of numbers; found 3", "cut off"] },
        { ArrayFiles.Idx(8, [1, 2, 3, 4, 5], 2, 2), ["4 bytes of numbers; found 5", "a file of its own"] },
        { ArrayFiles.Gzip(ArrayFiles.Idx(8, [1, 2, 3], 2, 2)), ["4 bytes of numbers; found 3"] },
        { ArrayFiles.Idx(8, [], 0, 2), ["the shape is (0, 2)", "at least 1 in every dimension"] },
        { ArrayFiles.Idx(8, [], -1, 2), ["the shape is (-1, 2)", "at least 1"] },
        { ArrayFiles.Idx(0x0E, [], int.MaxValue, int.MaxValue, 3),
            ["the shape is (2147483647, 2147483647, 3) of 8 bytes each, more than 64 bits can count"] },
        { [0x93, .. "NUMPY"u8, 4, 0, 0, 0, 0, 0], [".npy of version 4.0; expected 1.0, 2.0 or 3.0"] },
        { [0x93, .. "NUMPY"u8, 1, 0, 200, 0, .. "{"u8], ["ends after 11 bytes, in its header; expected at least 210"] },
        { [0x93, .. "NUMPY"u8, 2, 0, 0xFF, 0xFF, 0xFF, 0xFF, .. "{"u8],
            ["ends after 13 bytes, in its header; expected at least 4294967307"] },
        { ArrayFiles.RawNpy("{'descr': '<f4', 'shape': (2, 1)}", new byte[8]),
            ["the header of .npy is \"{'descr': '<f4', 'shape': (2, 1)}\"", "expected {'descr'", "numpy.save"] },
        { ArrayFiles.RawNpy("{'descr': '<f4', 'fortran_order': 0, 'shape': (2, 1)}", new byte[8]), ["the header of .npy is"] },
        { ArrayFiles.RawNpy("{'descr': '<f4', 'fortran_order': False, 'shape': [2, 1]}", new byte[8]), ["the header of .npy is"] },
        { ArrayFiles.RawNpy("nonsense" + new string('x', 500), new byte[8]), ["the header of .npy is \"nonsensexxx", "…\"; expected"] },
        { ArrayFiles.RawNpy("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 1.5)}", new byte[8]),
            ["the shape is (2, 1.5)", "whole numbers"] },
        { ArrayFiles.RawNpy("{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999, 1)}", new byte[8]),
            ["the shape is (99999999999999999999, 1)", "at most 63 bits"] },
        { ArrayFiles.RawNpy(ArrayFiles.Header("<f4", 1L << 31, 1L << 31, 2), []),
            ["the shape is (2147483648, 2147483648, 2) of 4 bytes each, more than 64 bits can count"] },
        { ArrayFiles.RawNpy(ArrayFiles.Header("<f4", -2, -2), new byte[16]), ["the shape is (-2, -2)", "at least 1"] },
        { ArrayFiles.RawNpy(ArrayFiles.Header("<f4", 0, 3), []), ["the shape is (0, 3)", "at least 1"] },
        { ArrayFiles.RawNpy(ArrayFiles.Header("<f4"), new byte[4]), ["is a single number, of shape ()"] },
        { ArrayFiles.RawNpy(ArrayFiles.Header(">f4", 2, 1), new byte[8]),
            ["the type is '>f4'; expected <f4, <f8, integers", "save a.astype('<f4')"] },
        { ArrayFiles.RawNpy(ArrayFiles.Header("<f2", 2, 1), new byte[4]), ["the type is '<f2'"] },
        { ArrayFiles.RawNpy(ArrayFiles.Header("<U5", 2), new byte[40]), ["the type is '<U5'"] },
        { ArrayFiles.RawNpy("{'descr': [('a', '<f4'), ('b', '<i2')], 'fortran_order': False, 'shape': (2,), }", new byte[12]),
            ["the type is [('a', '<f4'), ('b', '<i2')]"] },
        { ArrayFiles.RawNpy("{'descr': '<f4', 'fortran_order': True, 'shape': (2, 2), }", new byte[16]),
            ["in Fortran order", "save numpy.ascontiguousarray(a)"] },
        { ArrayFiles.Npy("<f4", [1, 2, 3], 4), ["the header says shape (4,) of <f4, 16 bytes of numbers; found 12"] },
    };

    [Theory, MemberData(nameof(Headers))]
    public void The_message_says_what_was_found_and_expected(byte[] file, string[] parts)
    {
        using ArrayFiles files = new();
        string path = files.Write("x", file);
        Check(() => ArrayFile.Open(path), [path, .. parts]);
    }

    [Fact]
    public void Numbers_and_targets_are_checked_before_use()
    {
        using ArrayFiles files = new();
        ArrayFile x = Open("x.npy", "<f4", [1, 2, 3, 4, 5, 6], 3, 2), y = Open("y.npy", "<f4", [1, 0, 1], 3);
        Check(() => Open("nan.npy", "<f4", [1, 2, 3, double.NaN, 5, 6], 3, 2).ToDataSet<float>(y, TargetKind.Value),
            ["nan.npy, row 1, column 1: the number is NaN; expected a finite number"]);
        Check(() => Open("inf.npy", "<f8", [1, 2, 3, 4, double.NegativeInfinity, 6], 3, 2).ToDataSet<float>(y, TargetKind.Value),
            ["inf.npy, row 2, column 0: the number is -Infinity"]);
        Check(() => x.ToDataSet<float>(Open("four.npy", "|u1", [1, 2, 3, 4], 4), TargetKind.Value),
            ["four.npy: has 4 targets; expected 3, the rows of", "x.npy"]);
        Check(() => x.ToDataSet<float>(x, TargetKind.Value), ["x.npy: the shape is (3, 2); expected one target a row: (3,)"]);
        Check(() => x.ToDataSet<float>(Open("half.npy", "<f4", [1, 0.5, 1], 3), TargetKind.Class),
            ["half.npy, row 1: the target is 0.5; expected a class: a whole number"]);
        Check(() => x.ToDataSet<float>(Open("nan.npy", "<f4", [1, 0, double.NaN], 3), TargetKind.Value),
            ["nan.npy, row 2: the target is NaN; expected a finite number"]);
        Check(() => x.ToDataSet<float>(Open("two.npy", "|u1", [1, 0, 2], 3), TargetKind.ZeroOne),
            ["two.npy, row 2: the target is 2; expected 0 or 1"]);
        Check(() => x.ToDataSet<float>(Open("minus.npy", "<i8", [1, -1, 2], 3), TargetKind.Count),
            ["minus.npy, row 1: the target is -1; expected a count"]);
        Check(() => x.ToDataSet<float>(Open("same.npy", "<i8", [7, 7, 7], 3), TargetKind.Class),
            ["same.npy: the target is 7 in every row; expected at least 2 classes; choose another file"]);
        Check(() => x.ToDataSet<float>(y, TargetKind.Class, [0, 2]),
            ["y.npy, row 0: the target is 1; expected a class of the training data: 0, 2"]);
        Check(() => Open("one.npy", "<f4", [1, 2], 1, 2).ToDataSet<float>(Open("one-y.npy", "<f4", [1], 1), TargetKind.Value),
            ["one.npy: has 1 row; expected at least 2"]);
        DataSet<float> wide = Open("wide.npy", "<f8", [1, 2, 3, 1e300, 5, 6], 3, 2).ToDataSet<float>(y, TargetKind.Value);
        Check(() => wide.Row(1).Length, ["wide.npy, row 1, column 1: 1E+300 is too large for Single; use double"]);
        Check(() => ArrayFile.Open("/no/such/x.npy"), ["/no/such/x.npy: file not found"]);
        Check(() => ArrayFile.Open(Path.GetTempPath()), ["is a directory"]);

        ArrayFile Open(string name, string type, double[] numbers, params long[] shape) =>
            ArrayFile.Open(files.Write(name, ArrayFiles.Npy(type, numbers, shape)));
    }

    /// <summary>Whole files of every kind.</summary>
    public static TheoryData<string, byte[]> Whole => new()
    {
        { "npy", ArrayFiles.Npy("<f4", [1, 2, 3, 4, 5, 6], 3, 2) },
        { "npy 2", ArrayFiles.RawNpy(ArrayFiles.Header("<i2", 3, 2), new byte[12], version: 2) },
        { "idx", ArrayFiles.Idx(0x0C, [1, 2, 3, 4, 5, 6], 3, 2) },
        { "idx.gz", ArrayFiles.Gzip(ArrayFiles.Idx(8, [1, 2, 3, 4, 5, 6, 7, 8], 2, 2, 2)) },
    };

    [Theory, MemberData(nameof(Whole))]
    public void A_file_cut_anywhere_is_refused(string kind, byte[] file)
    {
        using ArrayFiles files = new();
        Assert.True(ArrayFile.Open(files.Write(kind, file)).RowCount > 1);
        for (int length = 0; length < file.Length; length++)
        {
            string path = files.Write(kind, file[..length]);
            Check(() => ArrayFile.Open(path), [path]);
        }
    }

    [Theory, MemberData(nameof(Whole))]
    public void A_damaged_file_is_read_or_refused(string kind, byte[] file) =>
        Gen.Int[0, file.Length - 1].Select(Gen.Byte).Array[1, 4].Sample(
        damage =>
        {
            using ArrayFiles files = new();
            byte[] damaged = [.. file];
            foreach ((int place, byte flip) in damage)
            {
                damaged[place] ^= flip;
            }

            try
            {
                ArrayFile array = ArrayFile.Open(files.Write(kind, damaged));
                ArrayFile targets = ArrayFile.Open(
                    files.Write("y", ArrayFiles.Idx(8, [.. Enumerable.Range(0, array.RowCount).Select(i => i % 2.0)], array.RowCount)));
                DataSet<float> data = array.ToDataSet<float>(targets, TargetKind.Class);
                for (int i = 0; i < data.RowCount; i++)
                {
                    Assert.Equal(data.FeatureCount, data.Row(i).Length);
                }
            }
            catch (DataException)
            {
                // refused
            }
        },
        iter: 150);

    private static void Check(Func<object> read, string[] parts)
    {
        string message = Assert.Throws<DataException>(read).Message;
        Assert.All(parts, part => Assert.Contains(part, message, StringComparison.Ordinal));
    }
}
