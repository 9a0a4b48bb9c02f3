namespace HpcOpt.Cli.Schedules;

/// <summary>A curve as a table of some twenty steps.</summary>
internal static class ScheduleTable
{
    private const int Rows = 21;

    public static IEnumerable<string> Lines(ScheduleCurve curve)
    {
        int width = Math.Max("step".Length, $"{curve.Steps}".Length);
        return curve.Points(Rows).Select(point => $"{$"{point.Step}".PadLeft(width)}   {point.Rate:G6}")
            .Prepend($"{"step".PadLeft(width)}   rate");
    }
}
