using System.Globalization;
using ScottPlot;
using ScottPlot.TickGenerators;

namespace HpcOpt.Cli.Plots;

/// <summary>Groups of bars on a logarithmic axis, from a line at 1: above it to the top, below it to the bottom.</summary>
internal sealed record BarChart
{
    private const double Gap = 1;

    public required string Title { get; init; }

    public required string YLabel { get; init; }

    public required IReadOnlyList<string> Groups { get; init; }

    /// <summary>For each name the value in each group; what is not positive and finite has no bar.</summary>
    public required IReadOnlyList<(string Name, double[] Values)> Bars { get; init; }

    public Picture Draw(int width, int height)
    {
        Plot plot = ChartStyle.Create(Title, "", YLabel);
        plot.Grid.MajorLineColor = Color.FromHex("#E6E6E6");
        double pitch = Bars.Count + Gap;
        for (int i = 0; i < Bars.Count; i++)
        {
            Color color = ChartStyle.Series[i % ChartStyle.Series.Length];
            ScottPlot.Bar[] bars = [.. Bars[i].Values.Index().Where(value => value.Item > 0 && double.IsFinite(value.Item))
                .Select(value => new ScottPlot.Bar { Position = (value.Index * pitch) + i, Value = Math.Log10(value.Item),
                    FillColor = color, LineWidth = 0, Size = 0.9 })];
            plot.Add.Bars(bars).LegendText = Bars[i].Name;
        }

        plot.Add.HorizontalLine(0, 1.4f, ChartStyle.Accent);
        plot.Axes.Bottom.TickGenerator =
            new NumericManual([.. Groups.Select((_, group) => (group * pitch) + ((Bars.Count - 1) / 2.0))], [.. Groups]);
        double[] values = [.. Bars.SelectMany(bar => bar.Values).Where(value => value > 0 && double.IsFinite(value)).DefaultIfEmpty(1)];
        double[] ticks = LineChart.RoundNumbers([.. values, 0.5, 2]);
        plot.Axes.Left.TickGenerator =
            new NumericManual([.. ticks.Select(Math.Log10)], [.. ticks.Select(tick => tick.ToString("G4", CultureInfo.InvariantCulture))]);
        plot.Axes.AutoScale();
        plot.Axes.Margins(0.02, 0.06);
        ChartStyle.ShowLegend(plot);
        return new(width, height, canvas => plot.Render(canvas, new PixelRect(0, width, height, 0)));
    }
}
