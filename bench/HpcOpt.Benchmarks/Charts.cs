using HpcOpt.Benchmarks.Peers;
using HpcOpt.Cli.Bench;
using HpcOpt.Cli.Plots;

namespace HpcOpt.Benchmarks;

/// <summary>Pictures of the tables.</summary>
internal static class Charts
{
    private const int AdamWBytes = 28;

    /// <summary>AdamW's speed against size, on each path, with the sizes at which its vectors fill the caches.</summary>
    public static Picture Speed(IReadOnlyCollection<BenchRow> rows)
    {
        var adamW = rows.Where(row => row.Optimizer == "adamw" && row.Precision == "f32").ToList();
        int most = adamW.Max(row => row.Threads);
        return new LineChart
        {
            Title = "AdamW, f32: speed against size",
            XLabel = "parameters",
            YLabel = $"GB/s, {AdamWBytes} bytes a parameter",
            LogX = true,
            LogY = true,
            Series =
            [
                .. Curves(row => row.Threads == most || row.Params <= 1 << 10, threads: most),
                .. most > 1 ? Curves(row => row.Threads == 1 && row.Path == Execution.Default.Path.Name, threads: 1) : [],
            ],
            Marks = [.. Machine.CacheSizes().Select(cache => ((double)(cache.Bytes / (4 * sizeof(float))), $"{cache.Name} full"))],
        }.Draw(900, 480);

        IEnumerable<Series> Curves(Predicate<BenchRow> belongs, int threads) => adamW.Where(row => belongs(row))
            .GroupBy(row => row.Path)
            .Select(path => new Series($"{path.Key}, {threads} thread{(threads == 1 ? "" : "s")}",
                [.. path.Select(row => (double)row.Params)], [.. path.Select(row => row.GbPerSecond)]));
    }

    /// <summary>How many times as fast AdamW of this library is, for each size and peer.</summary>
    public static Picture Peers(IReadOnlyCollection<PeerRow> rows)
    {
        var adamW = rows.Where(row => row.Rule == "adamw").ToList();
        int[] sizes = [.. adamW.Select(row => row.Params).Distinct().Order()];
        return new BarChart
        {
            Title = "AdamW, f32: HpcOpt beside other implementations",
            YLabel = "times as fast",
            Groups = [.. sizes.Select(Name)],
            Bars = [.. adamW.Select(row => row.Peer).Distinct().Select(peer =>
                (peer, Array.ConvertAll(sizes, size => adamW.Find(row => row.Peer == peer && row.Params == size)?.Ratio ?? double.NaN)))],
        }.Draw(1000, 480);

        static string Name(int size) => size >= 1 << 20 ? $"{size >> 20} Mi" : $"{size >> 10} Ki";
    }
}
