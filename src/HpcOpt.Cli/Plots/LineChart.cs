using System.Globalization;
using ScottPlot;
using ScottPlot.TickGenerators;

namespace HpcOpt.Cli.Plots;

/// <summary>One curve; points that are not finite, or not positive on a logarithmic axis, are left out.</summary>
internal sealed record Series(string Name, IReadOnlyList<double> X, IReadOnlyList<double> Y);

/// <summary>Curves over one axis, for training, schedules and range tests.</summary>
internal sealed record LineChart
{
    private static readonly LinePattern[] Patterns = [LinePattern.Solid, LinePattern.Dashed, LinePattern.Dotted];

    public string Title { get; init; } = "";

    public required string XLabel { get; init; }

    public required string YLabel { get; init; }

    public bool LogX { get; init; }

    public bool LogY { get; init; }

    public required IReadOnlyList<Series> Series { get; init; }

    /// <summary>Whether the chart names its curves where there are several; a page of charts does it once for all of them.</summary>
    public bool HasLegend { get; init; } = true;

    /// <summary>Vertical lines, with their names.</summary>
    public IReadOnlyList<(double X, string Name)> Marks { get; init; } = [];

    /// <summary>How curve <paramref name="i"/> of a chart is drawn: its colour, and the lengths of dashes and gaps for SVG.</summary>
    public static (string Color, string Dashes) Stroke(int i) =>
        (Ink(i).ToHex(), (i / ChartStyle.Series.Length % Patterns.Length) switch { 0 => "none", 1 => "10 10", _ => "3 5" });

    public Picture Draw(int width, int height)
    {
        Plot plot = ChartStyle.Create(Title, XLabel, YLabel);
        plot.Grid.MajorLineColor = Color.FromHex("#E6E6E6");
        for (int i = 0; i < Series.Count; i++)
        {
            Coordinates[] points =
                [.. Series[i].X.Zip(Series[i].Y, (x, y) => new Coordinates(Place(x, LogX), Place(y, LogY))).Where(point => point.AreReal)];
            if (points.Length == 0)
            {
                continue;
            }

            ScottPlot.Plottables.Scatter line = plot.Add.Scatter(points, Ink(i));
            line.MarkerSize = points.Length == 1 ? 6 : 0;
            line.LineWidth = 1.6f;
            line.LinePattern = Patterns[i / ChartStyle.Series.Length % Patterns.Length];
            line.LegendText = Series[i].Name;
        }

        for (int i = 0; i < Marks.Count; i++)
        {
            ScottPlot.Plottables.VerticalLine mark =
                plot.Add.VerticalLine(Place(Marks[i].X, LogX), 1.4f, i == 0 ? ChartStyle.Accent : ChartStyle.Frame, LinePattern.Dashed);
            mark.LegendText = Marks[i].Name;
        }

        SetTicks(plot.Axes.Bottom, LogX);
        SetTicks(plot.Axes.Left, LogY);
        plot.Axes.AutoScale();
        plot.Axes.Margins(0.02, 0.06);
        ShowLegend(plot);
        return new(width, height, canvas => plot.Render(canvas, new PixelRect(0, width, height, 0)));
    }

    private void ShowLegend(Plot plot)
    {
        if (!HasLegend || Series.Count + Marks.Count < 2)
        {
            plot.HideLegend();
            return;
        }

        ChartStyle.ShowLegend(plot);
    }

    // A logarithmic axis is drawn in exponents.
    private void SetTicks(IAxis axis, bool isLogarithmic)
    {
        axis.TickGenerator = new NumericAutomatic { LabelFormatter = value => Text(isLogarithmic ? Math.Pow(10, value) : value) };
        if (isLogarithmic && RoundNumbers(Series.SelectMany(series => axis.IsHorizontal() ? series.X : series.Y)) is { Length: > 1 } ticks)
        {
            axis.TickGenerator = new NumericManual([.. ticks.Select(Math.Log10)], [.. ticks.Select(Text)]);
        }
    }

    /// <summary>The powers of 10 within the range of the values, and over less than three decades 2 and 5 times them too.</summary>
    internal static double[] RoundNumbers(IEnumerable<double> values)
    {
        double[] positive = [.. values.Where(value => value > 0 && double.IsFinite(value)).DefaultIfEmpty(1)];
        (double low, double high) = (positive.Min(), positive.Max());
        double[] digits = high < 1000 * low ? [1, 2, 5] : [1];
        (int first, int last) = ((int)Math.Floor(Math.Log10(low)), (int)Math.Floor(Math.Log10(high)));
        return [.. Enumerable.Range(first, last - first + 1).SelectMany(exponent => digits.Select(digit => digit * Math.Pow(10, exponent)))
            .Where(tick => tick >= low && tick <= high)];
    }

    private static string Text(double value) => value.ToString("G5", CultureInfo.InvariantCulture);

    private static Color Ink(int i) => ChartStyle.Series[i % ChartStyle.Series.Length];

    private static double Place(double value, bool isLogarithmic) =>
        !isLogarithmic ? value : value > 0 ? Math.Log10(value) : double.NaN;
}
