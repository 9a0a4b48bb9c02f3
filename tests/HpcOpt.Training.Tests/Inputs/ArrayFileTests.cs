using System.Numerics;
using CsCheck;

namespace HpcOpt.Training.Tests;

/// <summary>Arrays come back as they were written, and train as arrays in memory do.</summary>
public sealed class ArrayFileTests
{
    private static readonly (string Npy, byte Idx, double Least, double Most)[] Types =
    [
        ("|u1", 0x08, 0, 255), ("|i1", 0x09, -128, 127), ("<i2", 0x0B, -32768, 32767), ("<i4", 0x0C, int.MinValue, int.MaxValue),
        ("<f4", 0x0D, -1e30, 1e30), ("<f8", 0x0E, -1e300, 1e300), ("<u2", 0, 0, 65535), ("<u4", 0, 0, uint.MaxValue),
        ("<i8", 0, -(1L << 52), 1L << 52), ("<u8", 0, 0, 1L << 53), ("|b1", 0, 0, 1),
    ];

    [Fact]
    public void What_was_written_is_read() => (
        from type in Gen.Int[0, Types.Length - 1]
        from rows in Gen.Int[2, 9]
        from shape in Gen.Int[1, 5].Array[0, 2]
        from gzip in Gen.Bool
        from share in Gen.Double[0, 1].Array[rows * shape.Aggregate(1, (a, b) => a * b)]
        select (Types[type], rows, shape, gzip, share)).Sample(
        input =>
        {
            ((string npy, byte idx, double least, double most), int rows, int[] shape, bool gzip, double[] shares) = input;
            double[] numbers = [.. shares.Select(share => least + share * (most - least))
                .Select(x => npy[1] == 'f' ? npy == "<f4" ? (float)x : x : Math.Round(x))];
            using ArrayFiles files = new();
            ArrayFile targets =
                ArrayFile.Open(files.Write("y.npy", ArrayFiles.Npy("<f8", [.. Enumerable.Range(0, rows).Select(i => i - 0.5)], rows)));
            byte[] array = ArrayFiles.Npy(npy, numbers, [rows, .. shape.Select(d => (long)d)]);
            Check(ArrayFile.Open(files.Write("x.npy", array)));
            if (idx != 0)
            {
                byte[] images = ArrayFiles.Idx(idx, numbers, [rows, .. shape]);
                Check(ArrayFile.Open(files.Write("x-idx", gzip ? ArrayFiles.Gzip(images) : images)));
            }

            void Check(ArrayFile file)
            {
                DataSet<double> data = file.ToDataSet<double>(targets, TargetKind.Value);
                Assert.Equal((rows, numbers.Length / rows), (data.RowCount, data.FeatureCount));
                Assert.Equal([rows, .. shape.Select(d => (long)d)], file.Shape);
                Assert.Equal(Enumerable.Range(0, rows).Select(i => i - 0.5), data.Targets.ToArray());
                Assert.Equal(numbers, Enumerable.Range(0, rows).SelectMany(i => data.Row(i).ToArray()));
                if (most < 1e38)
                {
                    DataSet<float> single = file.ToDataSet<float>(targets, TargetKind.Value);
                    Assert.Equal(numbers.Select(x => (float)x), Enumerable.Range(0, rows).SelectMany(i => single.Row(i).ToArray()));
                }
            }
        },
        iter: 100);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Every_version_and_any_order_of_keys_is_read(byte version)
    {
        using ArrayFiles files = new();
        string header = "{\"shape\": (2, 1), 'fortran_order' :False,'descr':'<f8'}";
        ArrayFile file = ArrayFile.Open(
            files.Write("x.npy", ArrayFiles.RawNpy(header, [.. BitConverter.GetBytes(1.5), .. BitConverter.GetBytes(-2.5)], version)));
        Assert.Equal([1.5, -2.5], file.ToDataSet<double>(file, TargetKind.Value).Targets.ToArray());
    }

    [Fact]
    public void An_array_of_NumPy_is_read()
    {
        using ArrayFiles files = new();
        using MemoryStream copy = new();
        using (Stream stream = TestData.Open("wave.npy"))
        {
            stream.CopyTo(copy);
        }

        ArrayFile file = ArrayFile.Open(files.Write("wave.npy", copy.ToArray()));
        ArrayFile targets = ArrayFile.Open(files.Write("y.npy", ArrayFiles.Npy("|u1", [1, 0, 2, 1], 4)));
        DataSet<float> data = file.ToDataSet<float>(targets, TargetKind.Class);
        Assert.Equal([4L, 3], file.Shape);
        Assert.Equal([0.0, 1, 2], data.ClassLabels!);
        for (int i = 0; i < 12; i++)
        {
            Assert.Equal(Math.Sin(i), data.Row(i / 3)[i % 3], tolerance: 1e-7);
        }
    }

    [Fact]
    public void Rows_lie_in_the_file_and_not_in_memory()
    {
        using ArrayFiles files = new();
        const int Rows = 3001, Columns = 700; // 8 MB: many pages, rows across their borders
        double[] numbers = TestData.Uniform<double>(Rows * Columns, stream: 3);
        ArrayFile targets = ArrayFile.Open(files.Write("y.npy", ArrayFiles.Npy("<f8", numbers[..Rows], Rows)));
        string path = files.Write("x.npy",
            ArrayFiles.RawNpy(ArrayFiles.Header("<f4", Rows, Columns), [.. numbers.SelectMany(x => BitConverter.GetBytes((float)x))]));
        long before = GC.GetAllocatedBytesForCurrentThread();
        DataSet<float> data = ArrayFile.Open(path).ToDataSet<float>(targets, TargetKind.Value);
        (DataSet<float> train, DataSet<float> test) = data.Split(0.3, seed: 4);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, Rows * Columns);
        Assert.Equal(Rows, train.RowCount + test.RowCount);
        for (int i = 0; i < Rows; i++)
        {
            Assert.True(data.Row(i).SequenceEqual(Array.ConvertAll(numbers[(i * Columns)..((i + 1) * Columns)], x => (float)x)));
        }

        float[] order = data.Targets.ToArray();
        for (int i = 0; i < test.RowCount; i++)
        {
            Assert.True(test.Row(i).SequenceEqual(data.Row(Array.IndexOf(order, test.Targets[i]))));
        }

        Assert.Throws<ArgumentOutOfRangeException>("i", () => data.Row(Rows).Length);
        Assert.Throws<ArgumentOutOfRangeException>("i", () => data.Row(-1).Length);
    }

    [Fact]
    public void Rows_beyond_2_to_the_31_bytes_are_found()
    {
        // A file with a hole: 3 rows of 1 GB, of which three numbers are written.
        using ArrayFiles files = new();
        const int Columns = 1_000_000_000;
        byte[] header = ArrayFiles.RawNpy(ArrayFiles.Header("|u1", 3, Columns), []);
        using (FileStream file = File.Create(files["x.npy"]))
        {
            file.Write(header);
            file.SetLength(header.Length + 3L * Columns);
            for (long i = 1; i <= 3; i++)
            {
                file.Position = header.Length + i * Columns - 1;
                file.WriteByte((byte)i);
            }
        }

        ArrayFile array = ArrayFile.Open(files["x.npy"]);
        Assert.Equal((3, Columns), (array.RowCount, array.ColumnCount));
        Assert.Equal([1, 2, 3], Enumerable.Range(0, 3).Select(i => (int)array.Row(i)[^1]));
    }

    [Theory]
    [InlineData("<f8")]
    [InlineData("<f4")]
    [InlineData("|u1")]
    public void Mapped_rows_train_to_the_bits_of_rows_in_memory(string type)
    {
        using ArrayFiles files = new();
        double[] numbers =
            [.. TestData.Uniform<float>(60 * 5, stream: 7).Select(x => type == "|u1" ? Math.Round(100 + 90 * (double)x) : x)];
        double[] classes = [.. Enumerable.Range(0, 60).Select(i => (double)(i % 3))];
        DataSet<double> memory = new(numbers, classes, ["c0", "c1", "c2", "c3", "c4"], [0, 1, 2]);
        DataSet<double> mapped = ArrayFile.Open(files.Write("x.npy", ArrayFiles.Npy(type, numbers, 60, 5)))
            .ToDataSet<double>(ArrayFile.Open(files.Write("y.npy", ArrayFiles.Npy("<i8", classes, 60))), TargetKind.Class);
        Check<float>();
        Check<double>();

        void Check<T>()
            where T : unmanaged, IBinaryFloatingPointIeee754<T> => Assert.Equal(Train<T>(memory), Train<T>(mapped));

        static T[] Train<T>(DataSet<double> all)
            where T : unmanaged, IBinaryFloatingPointIeee754<T>
        {
            (DataSet<double> train, DataSet<double> test) = all.Split(0.25, seed: 1);
            Standardizer standardizer = new(train);
            SoftmaxRegression<T> model = new(standardizer.Transform<T>(train)), held = new(standardizer.Transform<T>(test));
            T[] parameters = new T[model.ParameterCount];
            using Optimizer<T> optimizer = Optimizer<T>.Create(parameters.Length, new Adam { LearningRate = 0.05 });
            TrainingResult result = new Trainer<T>(model, optimizer, new() { MaxEpochs = 5, BatchSize = 7 }).Run(parameters, held);
            return [.. parameters, T.CreateTruncating(result.TestLoss!.Value), T.CreateTruncating(result.TrainLoss)];
        }
    }

    [Fact]
    public void Threads_do_not_disturb_each_other()
    {
        using ArrayFiles files = new();
        double[] numbers = [.. Enumerable.Range(0, 4000).Select(i => (double)(i % 251))];
        ArrayFile x = ArrayFile.Open(files.Write("x", ArrayFiles.Idx(0x08, numbers, 100, 40)));
        DataSet<float> data = x.ToDataSet<float>(ArrayFile.Open(files.Write("y",
            ArrayFiles.Idx(0x08, [.. Enumerable.Range(0, 100).Select(i => i % 2.0)], 100))), TargetKind.ZeroOne);
        Parallel.For(0, 2000, k =>
        {
            ReadOnlySpan<float> row = data.Row(k % 100);
            for (int j = 0; j < row.Length; j++)
            {
                Assert.Equal(numbers[k % 100 * 40 + j], row[j]);
            }
        });
    }
}
