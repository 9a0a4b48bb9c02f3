using System.IO.Compression;
using System.Numerics;
using System.Reflection;
using System.Text;
using HpcOpt.Blas;

namespace HpcOpt.Training.Tests;

/// <summary>Tables and small random data sets for the tests.</summary>
internal static class TestData
{
    /// <summary>Products with the same bits everywhere, so that a law may compare them.</summary>
    public static LinearAlgebra ManagedProducts { get; } = new("managed");

    public static Stream Open(string name) =>
        Assembly.GetExecutingAssembly().GetManifestResourceStream(name) ?? throw new FileNotFoundException(name);

    public static CsvTable Table(string name)
    {
        using Stream stream = Open(name);
        return CsvTable.Read(stream, name);
    }

    public static CsvTable Parse(string text, bool? header = null) => Parse(Encoding.UTF8.GetBytes(text), header);

    public static CsvTable Parse(byte[] bytes, bool? header = null) => CsvTable.Read(new MemoryStream(bytes), "test.csv", header);

    public static byte[] Gzip(string text)
    {
        using MemoryStream compressed = new();
        using (GZipStream gzip = new(compressed, CompressionLevel.Fastest))
        {
            gzip.Write(Encoding.UTF8.GetBytes(text));
        }

        return compressed.ToArray();
    }

    /// <summary>Uniform numbers in [-1, 1), the same on every machine.</summary>
    public static T[] Uniform<T>(int count, ulong stream)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Philox random = new(seed: 99, stream);
        T[] values = new T[count];
        foreach (ref T value in values.AsSpan())
        {
            value = T.CreateTruncating(random.NextUInt32() * Math.ScaleB(1, -31) - 1);
        }

        return values;
    }

    /// <summary>Random rows; with <paramref name="classes"/> = 0 the target is a value.</summary>
    public static DataSet<T> Random<T>(int rows, int features, int classes)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T[] targets = classes == 0
            ? Uniform<T>(rows, stream: 2)
            : [.. Enumerable.Range(0, rows).Select(i => T.CreateTruncating(i % classes))];
        double[]? labels = classes == 0 ? null : [.. Enumerable.Range(0, classes).Select(k => (double)k)];
        return new DataSet<T>(
            Uniform<T>(rows * features, stream: 1), targets, [.. Enumerable.Range(0, features).Select(j => $"x{j}")], labels);
    }

    /// <summary>The same rows with every entry but each third one taken away.</summary>
    public static SparseDataSet<T> Sparse<T>(DataSet<T> data)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        (List<int> starts, List<int> columns, List<T> values) = ([0], [], []);
        for (int i = 0; i < data.RowCount; i++)
        {
            for (int j = i % 3; j < data.FeatureCount; j += 3)
            {
                columns.Add(j);
                values.Add(data.Row(i)[j]);
            }

            starts.Add(columns.Count);
        }

        return new([.. starts], [.. columns], [.. values], data.Targets.ToArray(), data.FeatureCount, data.ClassLabels);
    }

    /// <summary>Random rows with the counts 0 … 4 as the target.</summary>
    public static DataSet<T> Counts<T>(int rows, int features)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => new(
            Uniform<T>(rows * features, stream: 1), [.. Enumerable.Range(0, rows).Select(i => T.CreateTruncating(i % 5))],
            [.. Enumerable.Range(0, features).Select(j => $"x{j}")]);
}
