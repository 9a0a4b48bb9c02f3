using HpcOpt.Cli.Plots;
using ScottPlot;
using SkiaSharp;

namespace HpcOpt.Cli.Figures;

/// <summary>A descent: its line, a dot for each step, and arrowheads where there is room for them.</summary>
internal sealed class PathPlot(Coordinates[] points) : IPlottable
{
    private const float ArrowLength = 11;
    private const float ArrowWidth = 9;
    private const float ShortestArrowedStep = 3;
    private const float ArrowSpacing = 34;
    private const float DotRadius = 1.7f;

    public bool IsVisible { get; set; } = true;

    public IAxes Axes { get; set; } = new Axes();

    public IEnumerable<LegendItem> LegendItems => LegendItem.None;

    public AxisLimits GetAxisLimits() => AxisLimits.NoLimits;

    public void Render(RenderPack rp)
    {
        SKPoint[] pixels = [.. points.Select(point => Axes.GetPixel(point).ToSKPoint())];
        using SKPaint paint = new() { Color = ChartStyle.Accent.ToSKColor(), IsAntialias = true, StrokeJoin = SKStrokeJoin.Round };

        paint.Style = SKPaintStyle.Stroke;
        paint.StrokeWidth = 1.4f;
        using SKPath line = new();
        line.AddPoly(pixels, close: false);
        rp.Canvas.DrawPath(line, paint);

        paint.Style = SKPaintStyle.Fill;
        foreach (SKPoint pixel in pixels)
        {
            rp.Canvas.DrawCircle(pixel, DotRadius, paint);
        }

        using SKPath heads = Arrowheads(pixels, rp.DataRect.Contract(ArrowLength));
        rp.Canvas.DrawPath(heads, paint);
    }

    // In the middle of a step, and away from the others: many heads in one place show no direction.
    private static SKPath Arrowheads(SKPoint[] pixels, PixelRect window)
    {
        SKPath heads = new();
        List<SKPoint> places = [];
        SKPoint from = pixels[0];
        foreach (SKPoint to in pixels)
        {
            // Many short steps are one: too short, they have no direction to be seen.
            float length = SKPoint.Distance(from, to);
            if (length < ShortestArrowedStep)
            {
                continue;
            }

            SKPoint start = from;
            SKPoint middle = new((from.X + to.X) / 2, (from.Y + to.Y) / 2);
            from = to;
            if (!window.Contains(middle.X, middle.Y) || places.Exists(place => SKPoint.Distance(place, middle) < ArrowSpacing))
            {
                continue;
            }

            places.Add(middle);
            SKPoint along = new((to.X - start.X) / length, (to.Y - start.Y) / length);
            SKPoint Corner(float forward, float side) =>
                new(middle.X + (forward * along.X) - (side * along.Y), middle.Y + (forward * along.Y) + (side * along.X));
            heads.AddPoly(
                [Corner(ArrowLength / 2, 0), Corner(-ArrowLength / 2, ArrowWidth / 2), Corner(-ArrowLength / 2, -ArrowWidth / 2)]);
        }

        return heads;
    }
}
