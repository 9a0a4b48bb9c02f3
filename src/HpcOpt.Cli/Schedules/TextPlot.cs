namespace HpcOpt.Cli.Schedules;

/// <summary>A curve in characters: steps to the right, the rate upwards from 0.</summary>
internal static class TextPlot
{
    private const int Width = 64;
    private const int Height = 14;

    public static IEnumerable<string> Lines(ScheduleCurve curve)
    {
        SchedulePoint[] points = [.. curve.Points(Width)];
        double top = points.Max(point => point.Rate);
        string highest = $"{top:G4}";
        int[] rows = [.. points.Select(point => top > 0 ? (int)Math.Round(point.Rate / top * (Height - 1)) : 0)];
        for (int row = Height - 1; row >= 0; row--)
        {
            string label = row == Height - 1 ? highest : row == 0 ? "0" : "";
            yield return $"{label.PadLeft(highest.Length)} |{string.Concat(rows.Select(r => r == row ? '*' : ' '))}".TrimEnd();
        }

        string right = $"step {curve.Steps}";
        yield return $"{new string(' ', highest.Length)} +{new string('-', Width)}";
        yield return $"{new string(' ', highest.Length)}  1{right.PadLeft(Math.Max(points.Length, right.Length + 2) - 1)}";
    }
}
