using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;
using Parquet;
using Parquet.Schema;

namespace HpcOpt.Cli.Tests;

/// <summary><c>hpcopt train</c> on arrays and Parquet: the results of the same rows as CSV; one line for each mistake.</summary>
public class InputTests
{
    private const int Rows = 40;
    private static readonly int[] Pixels = [.. Enumerable.Range(0, Rows * 4).Select(i => i * 37 % 251)];
    private static readonly int[] Labels = [.. Enumerable.Range(0, Rows).Select(i => Pixels[4 * i] > 125 ? 1 : 0)];

    [Fact]
    public void The_same_rows_give_the_same_bits_from_every_format()
    {
        using TemporaryFolder folder = new();
        Files(folder);
        string[] settings = ["--model", "logistic", "--epochs", "3"];
        string[] hashes =
        [
            .. new[] { "f32", "f64" }.SelectMany(precision => new[]
            {
                Hash("--data", folder["x.csv"], "--target", "last"),
                Hash("--data", folder["x.parquet"], "--target", "y", "--features", "c0,c1,c2,c3"),
                Hash("--data", folder["images"], "--target-data", folder["labels"]),
                Hash("--data", folder["images.gz"], "--target-data", folder["y.npy"]),
                Hash("--data", folder["x.npy"], "--target-data", folder["labels"]),
            }.Select(hash => $"{precision} {hash(precision)}")),
        ];
        Assert.Equal(2, hashes.Distinct().Count());

        Func<string, string> Hash(params string[] data) =>
            precision => (string)Tool.Json(["train", .. data, .. settings, "--precision", precision])["parametersSha256"]!;
    }

    [Fact]
    public void Test_rows_may_be_an_array()
    {
        using TemporaryFolder folder = new();
        Files(folder);
        JsonNode report = Tool.Json(["train", "--data", folder["images.gz"], "--target-data", folder["labels"], "--test-data",
            folder["x.npy"], "--test-target-data", folder["y.npy"], "--model", "softmax"]);
        Assert.Equal((double)report["trainLoss"]!, (double)report["testLoss"]!);
        report = Tool.Json(["train", "--data", folder["x.npy"], "--target-data", folder["y.npy"], "--model", "linear", "--batch", "full",
            "--optimizer", "lbfgs"]);
        Assert.Equal(["const", "c0", "c1", "c2", "c3"], report["coefficients"]!.AsObject().Select(pair => pair.Key));
    }

    [Theory]
    [InlineData("--data x.npy --target last --model linear", 2,
        "x.npy is an array, which has no columns; give the file with its targets by --target-data")]
    [InlineData("--data x.npy --model linear", 2, "--target is missing")]
    [InlineData("--data x.npy --target-data y.npy --target last --model linear", 2, "--target belongs to a table")]
    [InlineData("--data x.npy --target-data y.npy --features c0 --model linear", 2, "--features belongs to a table")]
    [InlineData("--data x.npy --target-data y.npy --header no --model linear", 2, "--header belongs to a table")]
    [InlineData("--data x.npy --target-data y.npy --test-data x.npy --model linear", 2, "--test-target-data is missing")]
    [InlineData("--data x.csv --target last --test-target-data y.npy --model linear", 2, "--test-target-data belongs to an array")]
    [InlineData("--data x.npy --target-data y.npy --sampler clusters:c0 --model linear", 2,
        "--sampler clusters:c0 names a column, and an array has none")]
    [InlineData("--target-data y.npy", 2, "--target-data is given without --data")]
    [InlineData("--data x.parquet --target y --header yes --model linear", 2, "--header belongs to CSV")]
    [InlineData("--data x.npy --target-data short.npy --model linear", 3, "short.npy: has 3 targets; expected 40")]
    [InlineData("--data x.csv --target-data y.npy --model linear", 3, "x.csv: begins with the bytes 63 30 2C")]
    [InlineData("--data x.npy --target-data y.npy --test-data y.npy --test-target-data y.npy --model linear", 3,
        "y.npy: has 1 numbers a row; expected 4")]
    [InlineData("--data x.parquet --target gap --model linear", 3, "x.parquet, row 1, column 'gap': the cell is null")]
    [InlineData("--data cut --target-data labels --model softmax", 3,
        "cut: the header says shape (40, 2, 2) of u1, 160 bytes of numbers; found 159")]
    public void What_cannot_be_meant_is_answered_by_one_line(string options, int exitCode, string message)
    {
        using TemporaryFolder folder = new();
        Files(folder);
        string[] names = folder.Files;
        (int code, string output, string error) =
            Tool.Run(["train", .. options.Split(' ').Select(word => names.Contains(word) ? folder[word] : word)]);
        Assert.Equal((exitCode, ""), (code, output));
        Assert.Contains(message, error, StringComparison.Ordinal);
        Assert.Equal(1, error.Count(c => c == '\n'));
    }

    private static void Files(TemporaryFolder folder)
    {
        folder.Write("x.csv", "c0,c1,c2,c3,y\n" + string.Concat(
            Enumerable.Range(0, Rows).Select(i => $"{string.Join(',', Pixels[(4 * i)..(4 * i + 4)])},{Labels[i]}\n")));
        byte[] images = [.. Idx(Rows, 2, 2), .. Pixels.Select(x => (byte)x)];
        File.WriteAllBytes(folder["images"], images);
        File.WriteAllBytes(folder["cut"], images[..^1]);
        using (GZipStream gzip = new(File.Create(folder["images.gz"]), CompressionLevel.Fastest))
        {
            gzip.Write(images);
        }

        File.WriteAllBytes(folder["labels"], [.. Idx(Rows), .. Labels.Select(y => (byte)y)]);
        File.WriteAllBytes(folder["x.npy"], Npy("<f4", $"{Rows}, 4", [.. Pixels.SelectMany(x => BitConverter.GetBytes((float)x))]));
        File.WriteAllBytes(folder["y.npy"], Npy("<i8", $"{Rows},", [.. Labels.SelectMany(y => BitConverter.GetBytes((long)y))]));
        File.WriteAllBytes(folder["short.npy"], Npy("|u1", "3,", [0, 1, 0]));
        File.WriteAllBytes(folder["x.parquet"], Parquet());
    }

    private static byte[] Idx(params int[] shape)
    {
        byte[] header = new byte[4 + 4 * shape.Length];
        (header[2], header[3]) = (8, (byte)shape.Length);
        for (int i = 0; i < shape.Length; i++)
        {
            BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4 + 4 * i), shape[i]);
        }

        return header;
    }

    private static byte[] Npy(string type, string shape, byte[] numbers)
    {
        byte[] text = Encoding.ASCII.GetBytes($"{{'descr': '{type}', 'fortran_order': False, 'shape': ({shape}), }}".PadRight(117) + "\n");
        return [0x93, .. "NUMPY"u8, 1, 0, (byte)text.Length, 0, .. text, .. numbers];
    }

    private static byte[] Parquet()
    {
        DataField[] fields = [.. Enumerable.Range(0, 4).Select(j => new DataField<int>($"c{j}")), new DataField<int>("y")];
        DataField gap = new("gap", typeof(double), isNullable: true);
        using MemoryStream stream = new();
        Task.Run(async () =>
        {
            await using ParquetWriter writer = await ParquetWriter.CreateAsync(new ParquetSchema([.. fields, gap]), stream);
            using ParquetRowGroupWriter group = writer.CreateRowGroup();
            for (int j = 0; j < 5; j++)
            {
                await group.WriteAsync<int>(fields[j], j == 4 ? Labels : [.. Enumerable.Range(0, Rows).Select(i => Pixels[4 * i + j])]);
            }

            await group.WriteAsync<double>(gap, new double?[Rows].Select((_, i) => i == 1 ? null : (double?)i).ToArray().AsMemory());
        }).GetAwaiter().GetResult();
        return stream.ToArray();
    }
}
