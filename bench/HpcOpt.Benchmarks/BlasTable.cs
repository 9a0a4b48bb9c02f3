using System.Globalization;
using System.Numerics;
using HpcOpt.Blas;
using HpcOpt.Blas.Providers;
using HpcOpt.Cli.Bench;

namespace HpcOpt.Benchmarks;

/// <summary>Time of the subject over that of its peer, and the subject's rate: GFLOP/s of a product, GB/s of a vector.</summary>
internal sealed record BlasRow(
    string Operation, string Provider, string Precision, string Shape, int Threads, string Against, Quartiles Ratio, double Rate);

/// <summary>Products through a provider beside the library called directly, and the library's own vector operations beside MKL's.</summary>
internal static unsafe class BlasTable
{
    private static readonly TimeSpan Budget = TimeSpan.FromMilliseconds(400);

    // Squares, and a 784-1024-1024-10 network with a batch of 128: forward, gradients of the weights, gradients of the inputs.
    private static readonly (int M, int N, int K, bool TransposeA, bool TransposeB)[] Products =
    [
        (128, 128, 128, false, false), (256, 256, 256, false, false), (512, 512, 512, false, false), (1024, 1024, 1024, false, false),
        (2048, 2048, 2048, false, false),
        (128, 1024, 784, false, false), (128, 1024, 1024, false, false), (1024, 784, 128, true, false), (1024, 1024, 128, true, false),
        (128, 1024, 1024, false, true),
    ];

    public static List<BlasRow> Measure(Action<BlasRow> done)
    {
        List<BlasRow> rows = [];
        foreach (BlasProvider provider in BlasChoice.Measured.Select(one => one.Provider))
        {
            foreach ((int m, int n, int k, bool transposeA, bool transposeB) in Products)
            {
                Product<float>(provider, m, n, k, transposeA, transposeB, Add);
            }

            Product<double>(provider, 1024, 1024, 1024, false, false, Add);
        }

        if (BlasSearch.Named("mkl")!.Provider is { } mkl)
        {
            foreach (int length in new[] { 64 << 10, 4 << 20, 64 << 20 })
            {
                foreach (int threads in new[] { 1, 2 })
                {
                    Vectors<float>(mkl, length, threads, Add);
                    Vectors<double>(mkl, length, threads, Add);
                }
            }
        }

        return rows;

        void Add(BlasRow row)
        {
            rows.Add(row);
            done(row);
        }
    }

    /// <summary>Who was found, as lines of the list that describes the machine.</summary>
    public static string Providers() =>
        string.Join('\n', BlasChoice.Measured.Select(one => $"- {one.Provider.Name} {one.Provider.Version}".TrimEnd()));

    public static string Line(BlasRow row) => string.Join("  ", Cells(row));

    public static string Markdown(IEnumerable<BlasRow> rows) => MarkdownTable.Of(
        ["operation", "provider", "precision", "m × n × k, or elements", "threads", "against", "time over its time: median (quartiles)",
            "GFLOP/s or GB/s"], rows.Select(Cells));

    public static string Csv(IEnumerable<BlasRow> rows) => string.Concat(
        rows.Select(row =>
            FormattableString.Invariant($"{row.Operation},{row.Provider},{row.Precision},{row.Shape},{row.Threads},")
            + FormattableString.Invariant($"{row.Against},{row.Ratio.Median:F4},{row.Ratio.Lower:F4},{row.Ratio.Upper:F4},{row.Rate:F1}\n"))
            .Prepend("operation,provider,precision,shape,threads,against,ratio,lower,upper,rate\n"));

    private static string[] Cells(BlasRow row) =>
        [row.Operation, row.Provider, row.Precision, row.Shape, row.Threads.ToString(CultureInfo.InvariantCulture), row.Against,
            row.Ratio.Format("F3"), row.Rate.ToString("F1", CultureInfo.InvariantCulture)];

    private static void Product<T>(BlasProvider provider, int m, int n, int k, bool transposeA, bool transposeB, Action<BlasRow> add)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        using NativeVector<T> a = Numbers<T>(m * k), b = Numbers<T>(k * n), c = Numbers<T>(m * n);
        (int strideA, int strideB) = (transposeA ? m : k, transposeB ? k : n);
        LinearAlgebra one = new(provider.File ?? provider.Name, new Execution(threads: 1)),
            two = new(provider.File ?? provider.Name, new Execution(threads: 2));
        string shape = $"{m} × {n} × {k}{(transposeA ? ", Aᵀ" : "")}{(transposeB ? ", Bᵀ" : "")}";
        Action whole = () => Multiply(one), shared = () => Multiply(two);
        if (provider.Library is { } library)
        {
            Functions<T> functions = library.Functions<T>();
            Row(1, "a direct call", whole, () => functions.Gemm(101, transposeA ? 112 : 111, transposeB ? 112 : 111, m, n, k, T.One,
                a.Pointer, strideA, b.Pointer, strideB, T.Zero, c.Pointer, n));
        }

        Row(2, "one thread", shared, whole);

        void Multiply(LinearAlgebra algebra)
        {
            ReadOnlyMatrixSpan<T> left = new(a, 0, transposeA ? k : m, strideA), right = new(b, 0, transposeB ? n : k, strideB);
            algebra.Gemm(
                T.One, transposeA ? left.Transposed : left, transposeB ? right.Transposed : right, T.Zero, new MatrixSpan<T>(c, 0, m, n));
        }

        void Row(int threads, string against, Action subject, Action baseline) =>
            add(Compare("gemm", provider.Name, Precision<T>(), shape, threads, against, subject, baseline, 2.0 * m * n * k));
    }

    private static void Vectors<T>(BlasProvider mkl, int length, int threads, Action<BlasRow> add)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        using NativeVector<T> x = Numbers<T>(length), y = Numbers<T>(length);
        var execution = new Execution(threads: threads);
        using GradientAccumulator<T> accumulator = new(length, execution: execution);
        accumulator.Add(x);
        LinearAlgebra managed = new("managed", execution), library = new(mkl.File, execution);
        Functions<T> functions = mkl.Library!.Functions<T>();
        string shape = length.ToString("N0", CultureInfo.InvariantCulture),
            against = threads == 1 ? "MKL, called directly" : "MKL, shared by two threads";
        Row("y ← y + x (GradientAccumulator)", () => accumulator.Add(x), threads == 1
            ? () => functions.Axpy(length, T.One, x.Pointer, 1, y.Pointer, 1)
            : () => library.Axpy(T.One, x.Pointer, y.Pointer, length), 3);
        Row("norm (managed)", () => managed.Nrm2(x.Pointer, length),
            threads == 1 ? () => functions.Nrm2(length, x.Pointer, 1) : () => library.Nrm2(x.Pointer, length), 1);

        void Row(string operation, Action subject, Action baseline, int vectors) =>
            add(Compare(
                operation, "managed", Precision<T>(), shape, threads, against, subject, baseline, (double)vectors * length * sizeof(T)));
    }

    private static BlasRow Compare(string operation, string provider, string precision, string shape, int threads, string against,
        Action subject, Action baseline, double amount)
    {
        double[][] times = Paired.Measure([subject, baseline], Budget);
        Quartiles ratio = Quartiles.Of([.. times[0].Zip(times[1], (x, y) => x / y)]);
        return new(operation, provider, precision, shape, threads, against, ratio, amount / Quartiles.Of(times[0]).Median);
    }

    private static string Precision<T>() => typeof(T) == typeof(float) ? "f32" : "f64";

    private static NativeVector<T> Numbers<T>(int length)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        NativeVector<T> vector = new(length);
        for (int i = 0; i < length; i++)
        {
            vector.Pointer[i] = T.CreateTruncating((i % 13) - 6) / T.CreateTruncating(8);
        }

        return vector;
    }
}
