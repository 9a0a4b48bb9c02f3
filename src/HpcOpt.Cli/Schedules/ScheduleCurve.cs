namespace HpcOpt.Cli.Schedules;

/// <summary>One point of a curve.</summary>
internal readonly record struct SchedulePoint(long Step, double Factor, double Rate);

/// <summary>The rates of steps 1 … N: what every way of showing a schedule draws from.</summary>
internal sealed class ScheduleCurve(Schedule schedule, double learningRate, int steps)
{
    /// <summary>The most points in a report.</summary>
    public const int ReportedPoints = 1001;

    public double LearningRate { get; } = learningRate;

    public int Steps { get; } = steps;

    /// <summary>At most so many points, the first and the last step among them, the others as evenly as whole steps allow.</summary>
    public IEnumerable<SchedulePoint> Points(int most)
    {
        int count = Math.Min(most, Steps);
        for (int i = 0; i < count; i++)
        {
            long step = 1 + (count == 1 ? 0 : (long)i * (Steps - 1) / (count - 1));
            double factor = schedule.Factor(step);
            yield return new(step, factor, LearningRate * factor);
        }
    }
}
