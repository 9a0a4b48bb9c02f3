using HpcOpt.Cli.Plots;
using ScottPlot;
using SkiaSharp;

namespace HpcOpt.Cli.Figures;

/// <summary>The six panels of a figure: contours of the loss and the paths over them.</summary>
internal static class FigurePicture
{
    private const int Columns = 3;
    private const int GridSize = 161;
    private const int DataWidth = 348;
    private const int SmallestDataHeight = 250;
    private const int TitleHeight = 44;
    private const int LegendHeight = 40;
    private const int LegendCell = 130;
    private static readonly PixelPadding Margin = new(left: 46, right: 12, bottom: 46, top: 34);

    // The later ones lie over the earlier: an end in the optimum leaves both to be seen.
    private static readonly (MarkerStyle Style, string Name, Func<Figure, Descent, Coordinates> Place)[] Marks =
    [
        (Marker(MarkerShape.FilledCircle, 11, Colors.White, ChartStyle.Accent), "Start",
            (figure, _) => new(figure.Start.X, figure.Start.Y)),
        (Marker(MarkerShape.FilledDiamond, 17, Color.FromHex("#FFC20A"), ChartStyle.Ink), "Optimum",
            (figure, _) => new(figure.Optimum.X, figure.Optimum.Y)),
        (Marker(MarkerShape.FilledSquare, 8, ChartStyle.Accent, Colors.White), "End", (_, descent) => new(descent.End[0], descent.End[1])),
    ];

    /// <summary>Draws a figure.</summary>
    /// <param name="figure">What is drawn.</param>
    /// <param name="descents">One for each panel.</param>
    public static Picture Draw(Figure figure, IReadOnlyList<Descent> descents)
    {
        (double left, double right, double bottom, double top) = figure.Window;
        int panelWidth = DataWidth + (int)Margin.Horizontal;
        int panelHeight = Math.Max(SmallestDataHeight, (int)(DataWidth * (top - bottom) / (right - left))) + (int)Margin.Vertical;
        int width = Columns * panelWidth;
        int height = TitleHeight + (figure.Panels.Length / Columns * panelHeight) + LegendHeight;
        Coordinates3d[,] losses = LogLosses(figure);
        Plot[] plots = [.. figure.Panels.Zip(descents, (panel, descent) => DrawPanel(figure, panel, descent, losses))];

        return new(width, height, canvas =>
        {
            for (int i = 0; i < plots.Length; i++)
            {
                Pixel corner = new(i % Columns * panelWidth, TitleHeight + (i / Columns * panelHeight));
                plots[i].Render(canvas, new PixelRect(corner, new PixelSize(panelWidth, panelHeight)));
            }

            DrawText(
                canvas, figure.Title, new(width / 2f, (TitleHeight / 2f) + 4), Alignment.MiddleCenter, ChartStyle.TitleSize, bold: true);
            DrawLegend(canvas, new(width / 2f, height - (LegendHeight / 2f) - 4));
        });
    }

    private static Plot DrawPanel(Figure figure, Panel panel, Descent descent, Coordinates3d[,] logLosses)
    {
        Plot plot = ChartStyle.Create($"{panel.Name}: {descent.Steps} steps", "x", "y");
        plot.HideGrid();
        plot.Layout.Fixed(Margin);
        ScottPlot.Plottables.ContourLines contours = new() { ContourLineLevels = [.. figure.Levels.Select(Math.Log10)] };
        contours.Update(logLosses); // after the levels: it finds the lines
        plot.Add.Plottable(contours);
        contours.Colormap = new ScottPlot.Colormaps.Viridis();
        contours.LineWidth = 1;
        contours.LabelStyle.IsVisible = false;

        plot.Add.Plottable(new PathPlot([.. descent.Path.Select(point => new Coordinates(point[0], point[1]))]));
        foreach ((MarkerStyle style, _, Func<Figure, Descent, Coordinates> place) in Marks)
        {
            plot.Add.Marker(place(figure, descent)).MarkerStyle = style;
        }

        (double left, double right, double bottom, double top) = figure.Window;
        plot.Axes.SetLimits(left, right, bottom, top);
        return plot;
    }

    // Of the logarithm, as the levels are: isolines are interpolated linearly, and the loss grows too fast for that.
    private static Coordinates3d[,] LogLosses(Figure figure)
    {
        Coordinates3d[,] grid = new Coordinates3d[GridSize, GridSize];
        (double left, double right, double bottom, double top) = figure.Window;
        for (int row = 0; row < GridSize; row++)
        {
            for (int column = 0; column < GridSize; column++)
            {
                double x = left + ((right - left) * column / (GridSize - 1));
                double y = bottom + ((top - bottom) * row / (GridSize - 1));
                grid[row, column] = new(x, y, Math.Log10(figure.Loss(x, y)));
            }
        }

        return grid;
    }

    private static void DrawLegend(SKCanvas canvas, Pixel center)
    {
        using Paint paint = Paint.NewDisposablePaint();
        float x = center.X - (LegendCell * Marks.Length / 2f);
        foreach ((MarkerStyle style, string name, _) in Marks)
        {
            style.Render(canvas, new Pixel(x, center.Y), paint);
            DrawText(canvas, name, new(x + 14, center.Y), Alignment.MiddleLeft, ChartStyle.LabelSize, bold: false);
            x += LegendCell;
        }
    }

    private static void DrawText(SKCanvas canvas, string text, Pixel place, Alignment alignment, float size, bool bold)
    {
        using Paint paint = Paint.NewDisposablePaint();
        LabelStyle label = new() { Alignment = alignment };
        ChartStyle.Write(label, text, size, bold);
        label.Render(canvas, place, paint);
    }

    private static MarkerStyle Marker(MarkerShape shape, float size, Color fill, Color outline) =>
        new(shape, size, fill) { OutlineColor = outline, OutlineWidth = 1.4f };
}
