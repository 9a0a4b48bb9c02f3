using System.Globalization;
using HpcOpt.Engine;

namespace HpcOpt;

/// <summary>Schedules as text; every kind is one line of the table.</summary>
internal static class ScheduleText
{
    private static readonly Kind[] Kinds =
    [
        new("constant:factor=1", s => new ConstantSchedule(s.Number("factor", 1))),
        new("robbins-monro:tau=100,kappa=0.75", s => new RobbinsMonroSchedule(s.Number("tau"), s.Number("kappa", 0.75))),
        new("step:every=1000,gamma=0.1", s => new StepSchedule(s.Count("every"), s.Number("gamma", 0.1))),
        new("multi-step:at=1000/2000,gamma=0.1", s => new MultiStepSchedule(s.Counts("at"), s.Number("gamma", 0.1))),
        new("exponential:gamma=0.999", s => new ExponentialSchedule(s.Number("gamma"))),
        new("polynomial:steps=1000,power=1,floor=0",
            s => new PolynomialSchedule(s.Count("steps"), s.Number("power", 1), s.Number("floor", 0))),
        new("inverse-sqrt:tau=1", s => new InverseSquareRootSchedule(s.Number("tau", 1))),
        new("cosine:steps=1000,floor=0", s => new CosineSchedule(s.Count("steps"), s.Number("floor", 0))),
        new("cosine-restarts:steps=1000,growth=1,floor=0",
            s => new CosineRestartsSchedule(s.Count("steps"), s.Count("growth", 1), s.Number("floor", 0))),
        new("warmup:steps=100,start=0", s => new WarmupSchedule(s.Count("steps"), s.Number("start", 0))),
        new("one-cycle:steps=1000,rise=0.3,start=0.04,floor=4E-06",
            s => new OneCycleSchedule(s.Count("steps"), s.Number("rise", 0.3), s.Number("start", 0.04), s.Number("floor", 4e-6))),
        new("warmup-stable-decay:steps=1000,warmup=100,decay=200,floor=0",
            s => new WarmupStableDecaySchedule(s.Count("steps"), s.Count("warmup"), s.Count("decay"), s.Number("floor", 0))),
        new("plateau:gamma=0.1,patience=10,threshold=0.0001,floor=0", s => new ReduceOnPlateauSchedule(
            s.Number("gamma", 0.1), s.Count("patience", 10), s.Number("threshold", 1e-4), s.Number("floor", 0))),
    ];

    public static IReadOnlyList<string> Examples { get; } = [.. Kinds.Select(kind => kind.Example)];

    public static string Write(string name, params (string Name, object Value)[] settings) =>
        $"{name}:{string.Join(',', settings.Select(setting => FormattableString.Invariant($"{setting.Name}={setting.Value}")))}";

    public static Schedule Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        try
        {
            List<string> parts = Parts(text);
            Schedule schedule = ParsePart(parts[0], isLast: parts.Count == 1, out long end);
            for (int i = 1; i < parts.Count; i++)
            {
                schedule = schedule.Then(ParsePart(parts[i], isLast: i == parts.Count - 1, out long steps), end);
                end += steps;
            }

            return schedule;
        }
        catch (FormatException e)
        {
            throw new ArgumentException(e.Message, nameof(text), e);
        }
    }

    // A '+' before a name divides; the one in a number such as 1E+20 stands before a digit.
    private static List<string> Parts(string text)
    {
        List<string> parts = [];
        int start = 0;
        for (int i = 0; i < text.Length - 1; i++)
        {
            if (text[i] == '+' && !char.IsAsciiDigit(text[i + 1]))
            {
                parts.Add(text[start..i]);
                start = i + 1;
            }
        }

        parts.Add(text[start..]);
        return parts;
    }

    private static Schedule ParsePart(string text, bool isLast, out long steps)
    {
        string[] halves = text.Split('@', 2);
        Schedule part = ParseOne(halves[0]);
        if (isLast && halves.Length > 1)
            throw new FormatException($"'@{halves[1]}' follows the last schedule, which goes on for ever; leave it out.");
        steps = isLast ? 0
            : halves.Length > 1 ? ScheduleSettings.ParseCount("the number after @", halves[1])
            : part.Length ?? throw new FormatException($"{part} does not end by itself; write {part}@N to go on after N steps.");
        return part;
    }

    private static Schedule ParseOne(string text)
    {
        string[] halves = text.Trim().Split(':', 2);
        Kind kind = Array.Find(Kinds, known => known.Name.Equals(halves[0], StringComparison.OrdinalIgnoreCase))
            ?? throw new FormatException($"there is no schedule '{halves[0]}'; expected, nearest first, "
                + $"{NearestNames.List(halves[0], [.. Kinds.Select(known => known.Name)])}.");
        try
        {
            return kind.Create(new(kind.Example, halves.ElementAtOrDefault(1) ?? ""));
        }
        catch (Exception e) when (e is FormatException or ArgumentException)
        {
            string sentence = e.Message.Split(" (Parameter '", 2)[0];
            string value = (e as ArgumentOutOfRangeException)?.ActualValue is { } actual
                ? string.Create(CultureInfo.InvariantCulture, $" It is {actual}.")
                : "";
            throw new FormatException($"{kind.Name}: {sentence}{value}", e);
        }
    }

    private sealed record Kind(string Example, Func<ScheduleSettings, Schedule> Create)
    {
        public string Name { get; } = Example.Split(':')[0];
    }
}
