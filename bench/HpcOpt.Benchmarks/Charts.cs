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
            .Select(path => new Series($"{path.Key}, {threads} thread{(threads == 1 ? "" : "s")}", [.. path.Select(row => (double)row.Params)], [.. path.Select(row => row.GbPerSecond)]));
    }
}
