using ScottPlot;
using SkiaSharp;

namespace HpcOpt.Cli.Plots;

/// <summary>The font of every picture: the tool's own, so that pictures are the same everywhere and need no fonts.</summary>
internal sealed class PlotFont : IFontResolver
{
    private PlotFont()
    {
    }

    /// <summary>Its name; who reads it has it registered with ScottPlot.</summary>
    public static string Family { get; } = Register();

    public SKTypeface? CreateTypeface(string fontName, bool bold, bool italic)
    {
        using Stream font = typeof(PlotFont).Assembly.GetManifestResourceStream(bold ? "DejaVuSans-Bold.ttf" : "DejaVuSans.ttf")!;
        return SKTypeface.FromStream(font);
    }

    public SKTypeface? CreateTypeface(string fontName, FontWeight weight, FontSlant slant, FontSpacing spacing) =>
        CreateTypeface(fontName, weight >= FontWeight.SemiBold, italic: false);

    private static string Register()
    {
        Fonts.FontResolvers.Insert(0, new PlotFont());
        return Fonts.Default = "DejaVu Sans";
    }
}
