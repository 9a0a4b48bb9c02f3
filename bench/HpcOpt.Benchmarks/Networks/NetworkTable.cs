using System.Diagnostics;
using System.Globalization;
using HpcOpt.Blas;
using HpcOpt.Cli.Bench;
using HpcOpt.Training;
using TorchSharp;

namespace HpcOpt.Benchmarks.Networks;

/// <summary>An epoch of this library beside TorchSharp's.</summary>
/// <param name="Provider">Of this library's matrix products.</param>
/// <param name="IsAuto">Whether it is what <c>auto</c> chooses here.</param>
/// <param name="Threads">That both may use.</param>
/// <param name="Seconds">This library's epoch, the median.</param>
/// <param name="TorchSeconds">TorchSharp's.</param>
/// <param name="Ratio">TorchSharp's time over this library's, the median of pairs; 2 means that this library is twice as fast.</param>
/// <param name="Lower">First quartile.</param>
/// <param name="Upper">Third quartile.</param>
/// <param name="ProductShare">The products alone, as a share of the epoch.</param>
/// <param name="OptimizerShare">The optimizer's steps; what is left are activations, losses, intercepts and the copies of the rows.</param>
/// <param name="TorchOptimizerShare">The same of TorchSharp.</param>
internal sealed record NetworkRow(
    string Provider, bool IsAuto, int Threads, double Seconds, double TorchSeconds, double Ratio, double Lower, double Upper,
    double ProductShare, double OptimizerShare, double TorchOptimizerShare);

/// <summary>Times epochs of both in turn, once they are seen to compute the same.</summary>
internal static class NetworkTable
{
    private const int Pairs = 7;
    private const double Tolerance = 1e-4;
    private static readonly string[] Providers = ["mkl", "openblas", "managed"];

    // The threads of both wait a little for more work, and would run beside the other's turn.
    private static readonly TimeSpan Rest = TimeSpan.FromMilliseconds(300);

    public static IReadOnlyList<string> Available { get; } = [.. Providers.Where(IsAvailable)];

    public static List<NetworkRow> Measure(Action<NetworkRow> report)
    {
        (float[], float[]) arrays = NetworkProblem.Arrays();
        string auto = new LinearAlgebra("auto").Provider.Name;
        List<NetworkRow> rows = [];
        foreach (int threads in (int[])[1, Execution.Default.Threads])
        {
            foreach (string provider in Available)
            {
                rows.Add(Measure(arrays, provider, provider == auto, threads));
                report(rows[^1]);
            }
        }

        return rows;
    }

    private static NetworkRow Measure((float[], float[]) arrays, string provider, bool isAuto, int threads)
    {
        torch.set_num_threads(threads);
        LinearAlgebra linearAlgebra = new(provider, new Execution(threads: threads));
        using OurNetwork ours = new(NetworkProblem.Data(arrays), linearAlgebra);
        using TorchNetwork theirs = new(arrays, ours.Parameters, ours.Layout);
        Agree(ours, theirs, provider);

        // The first epoch, in which all is compiled, is not counted.
        ours.Epoch(0);
        theirs.Epoch(0);
        double before = ours.OptimizerSeconds, beforeTheirs = theirs.OptimizerSeconds;
        double[] times = new double[Pairs], torchTimes = new double[Pairs], products = new double[Pairs];
        for (int i = 0; i < Pairs; i++)
        {
            ulong epoch = (ulong)i + 1;
            for (int turn = 0; turn < 2; turn++)
            {
                Thread.Sleep(Rest);
                if ((i + turn) % 2 == 0)
                {
                    times[i] = Seconds(() => ours.Epoch(epoch));
                    products[i] = NetworkProducts.EpochSeconds(linearAlgebra);
                }
                else
                {
                    torchTimes[i] = Seconds(() => theirs.Epoch(epoch));
                }
            }
        }

        Quartiles ratio = Quartiles.Of([.. torchTimes.Zip(times, (x, y) => x / y)]);
        return new(
            provider, isAuto, threads, Quartiles.Of([.. times]).Median, Quartiles.Of([.. torchTimes]).Median, ratio.Median,
            ratio.Lower, ratio.Upper,
            Quartiles.Of([.. products.Zip(times, (x, y) => x / y)]).Median, (ours.OptimizerSeconds - before) / times.Sum(),
            (theirs.OptimizerSeconds - beforeTheirs) / torchTimes.Sum());
    }

    /// <summary>Loss and gradient of the first batch at the same weights.</summary>
    /// <exception cref="InvalidOperationException">They differ.</exception>
    private static void Agree(OurNetwork ours, TorchNetwork theirs, string provider)
    {
        EpochBatches batches = NetworkProblem.Batches(0);
        float[] gradient = new float[ours.Parameters.Length], expected = new float[gradient.Length];
        double loss = ours.Gradient(batches[0], gradient), torchLoss = theirs.Gradient(batches[0], expected);
        double scale = expected.Max(Math.Abs), worst = gradient.Zip(expected, (x, y) => Math.Abs(x - y)).Max();

        // Written so that NaN does not agree.
        if (!(Math.Abs(loss - torchLoss) <= Tolerance * torchLoss && worst <= Tolerance * scale))
        {
            throw new InvalidOperationException(string.Create(
                CultureInfo.InvariantCulture,
                $"{provider}: loss {loss:R}, TorchSharp {torchLoss:R}; the gradients differ by {worst:R}, "
                + $"and the largest element is {scale:R}; expected {Tolerance} of it at most."));
        }
    }

    private static bool IsAvailable(string provider)
    {
        try
        {
            return new LinearAlgebra(provider).Provider is not null;
        }
        catch (DllNotFoundException)
        {
            return false;
        }
    }

    private static double Seconds(Func<double> epoch)
    {
        long start = Stopwatch.GetTimestamp();
        epoch();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    public static string Line(NetworkRow row) => string.Create(CultureInfo.InvariantCulture,
        $"{row.Provider,-8} {row.Threads} thread(s)  {row.Seconds:F3} s an epoch, TorchSharp {row.TorchSeconds:F3}: "
        + $"{row.Ratio:F2} times ({row.Lower:F2}-{row.Upper:F2}); products {row.ProductShare:P0}, "
        + $"optimizer {row.OptimizerShare:P0} (TorchSharp's {row.TorchOptimizerShare:P0})");

    public static string Markdown(IReadOnlyCollection<NetworkRow> rows, IReadOnlyCollection<NetworkMemory> memory) =>
        MarkdownTable.Of(
            ["products by", "threads", "s an epoch", "TorchSharp", "times as fast: median (quartiles)", "products alone", "optimizer",
                "rest", "TorchSharp's optimizer"],
            rows.Select(row => (string[])
            [
                row.IsAuto ? $"{row.Provider}, chosen by auto" : row.Provider, Text($"{row.Threads}"), Text($"{row.Seconds:F3}"),
                Text($"{row.TorchSeconds:F3}"),
                Text($"{row.Ratio:F2} ({row.Lower:F2}-{row.Upper:F2})"), Text($"{row.ProductShare:P0}"), Text($"{row.OptimizerShare:P0}"),
                Text($"{1 - row.ProductShare - row.OptimizerShare:P0}"), Text($"{row.TorchOptimizerShare:P0}"),
            ]))
        + "\nPeak of resident memory in a process of its own that trains two epochs with all threads (VmHWM), run-time and data "
        + "included:\n\n"
        + MarkdownTable.Of(
            ["implementation", "MiB"], memory.Select(one => (string[])[one.Implementation, Text($"{one.Bytes / 1048576.0:F0}")]));

    public static string Csv(IEnumerable<NetworkRow> rows) => string.Concat(
        rows.Select(row =>
            Text($"{row.Provider},{row.IsAuto},{row.Threads},{row.Seconds:R},{row.TorchSeconds:R},{row.Ratio:R},")
            + Text($"{row.Lower:R},{row.Upper:R},{row.ProductShare:R},{row.OptimizerShare:R},{row.TorchOptimizerShare:R}\n"))
            .Prepend(
                "provider,isAuto,threads,seconds,torchSeconds,ratio,"
                + "ratioLower,ratioUpper,productShare,optimizerShare,torchOptimizerShare\n"));

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
