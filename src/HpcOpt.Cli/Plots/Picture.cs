using System.Globalization;
using System.Text;
using SkiaSharp;

namespace HpcOpt.Cli.Plots;

/// <summary>Something drawn, of a size in pixels, as PNG and SVG; needs neither display nor fonts.</summary>
internal sealed class Picture
{
    /// <summary>Pixels of the PNG for one of the SVG: sharp in print and on a projector.</summary>
    public const int Scale = 2;

    private const int SmallestSide = 64;
    private const int LargestSide = 8192;
    private readonly Action<SKCanvas> _draw;

    /// <summary>A picture that <paramref name="draw"/> fills.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A side is not from 64 to 8192 pixels.</exception>
    public Picture(int width, int height, Action<SKCanvas> draw)
    {
        Check(width);
        Check(height);
        (Width, Height, _draw) = (width, height, draw);
    }

    public int Width { get; }

    public int Height { get; }

    public byte[] ToPng()
    {
        using SKBitmap bitmap = new(Width * Scale, Height * Scale);
        using SKCanvas canvas = new(bitmap);
        canvas.Clear(SKColors.White);
        canvas.Scale(Scale);
        _draw(canvas);
        using SKData data = bitmap.Encode(SKEncodedImageFormat.Png, quality: 100);
        return data.ToArray();
    }

    /// <summary>Text stays text; where the font is missing, the reader's sans-serif takes its place.</summary>
    public string ToSvg()
    {
        using MemoryStream stream = new();
        using (SKCanvas canvas = SKSvgCanvas.Create(SKRect.Create(Width, Height), stream))
        {
            canvas.Clear(SKColors.White);
            _draw(canvas);
        }

        return Encoding.UTF8.GetString(stream.ToArray())
            .Replace(
                $"font-family=\"{PlotFont.Family}\"", $"font-family=\"{PlotFont.Family}, Verdana, sans-serif\"", StringComparison.Ordinal);
    }

    /// <summary>The bytes of a file of this name, PNG or SVG.</summary>
    /// <exception cref="CliException">The name ends in neither.</exception>
    public byte[] Encode(string fileName) => Path.GetExtension(fileName).ToLower(CultureInfo.InvariantCulture) switch
    {
        ".png" => ToPng(),
        ".svg" => Encoding.UTF8.GetBytes(ToSvg()),
        _ => throw new CliException(ExitCode.BadInput, $"{fileName}: a picture is PNG or SVG; let the name end in .png or .svg."),
    };

    private static void Check(int side)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(side, SmallestSide);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(side, LargestSide);
    }
}
