using ScottPlot;

namespace HpcOpt.Cli.Plots;

/// <summary>How all pictures look. Sizes are pixels of the SVG; the PNG has <see cref="Picture.Scale"/> times as many.</summary>
internal static class ChartStyle
{
    public const float TitleSize = 19;
    public const float PanelTitleSize = 15;
    public const float LabelSize = 13;
    public const float TickSize = 12;

    public static readonly Color Ink = Color.FromHex("#222222");
    public static readonly Color Frame = Color.FromHex("#8A8A8A");
    public static readonly Color Accent = Color.FromHex("#C8102E");

    /// <summary>Told apart by the colour-blind too: M. Okabe, K. Ito, "Color universal design", 2008, without the yellow.</summary>
    public static readonly Color[] Series =
        Color.FromHex(["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00", "#000000"]);

    /// <summary>An empty plot in this style.</summary>
    public static Plot Create(string title, string xLabel, string yLabel)
    {
        Plot plot = new();
        plot.RenderManager.ClearCanvasBeforeEachRender = false; // a plot may be one of many on its canvas
        plot.FigureBackground.Color = Colors.White;
        plot.Axes.Color(Frame);
        plot.Axes.Title.IsVisible = title.Length > 0;
        Write(plot.Axes.Title.Label, title, PanelTitleSize, bold: true);
        Write(plot.Axes.Bottom.Label, xLabel, LabelSize, bold: false);
        Write(plot.Axes.Left.Label, yLabel, LabelSize, bold: false);
        foreach (IAxis axis in plot.Axes.GetAxes())
        {
            Write(axis.TickLabelStyle, "", TickSize, bold: false);
            axis.MajorTickStyle.Length = 4;
            axis.MinorTickStyle.Length = 2;
        }

        return plot;
    }

    /// <summary>The names of what is drawn, to the right of the plot.</summary>
    public static void ShowLegend(Plot plot)
    {
        plot.Legend.FontName = PlotFont.Family;
        plot.Legend.FontSize = TickSize;
        plot.Legend.FontColor = Ink;
        plot.Legend.ShadowColor = Colors.Transparent;
        plot.Legend.OutlineColor = Colors.Transparent;
        plot.Legend.BackgroundColor = Colors.Transparent;
        plot.ShowLegend(Edge.Right);
    }

    public static void Write(LabelStyle label, string text, float size, bool bold) =>
        (label.Text, label.FontName, label.FontSize, label.Bold, label.ForeColor) = (text, PlotFont.Family, size, bold, Ink);
}
