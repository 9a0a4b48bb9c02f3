using System.Globalization;
using HpcOpt.Engine;

namespace HpcOpt;

/// <summary>The settings in the text of one schedule, whose example names all that it knows.</summary>
internal sealed class ScheduleSettings
{
    private readonly string _example;
    private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);

    /// <exception cref="FormatException">A setting is unknown, is given twice or has no value.</exception>
    public ScheduleSettings(string example, string text)
    {
        _example = example;
        string[] known = [.. example.Split(':')[1].Split(',').Select(setting => setting.Split('=')[0])];
        foreach (string setting in text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            string[] halves = setting.Split('=', 2, StringSplitOptions.TrimEntries);
            string name = halves[0].ToLowerInvariant();
            if (!known.Contains(name, StringComparer.Ordinal))
                throw new FormatException(
                    $"there is no setting '{halves[0]}'; expected, nearest first, {NearestNames.List(name, known)}, as in {example}.");
            if (halves.Length == 1)
                throw new FormatException($"'{setting}' has no value; expected setting=value, as in {example}.");
            if (!_values.TryAdd(name, halves[1]))
                throw new FormatException($"'{name}' is given twice; give it once.");
        }
    }

    public double Number(string name, double? otherwise = null) => _values.TryGetValue(name, out string? text)
        ? double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value)
            ? value
            : throw new FormatException($"{name} is '{text}'; expected a number.")
        : otherwise ?? throw Missing(name);

    public long Count(string name, long? otherwise = null) =>
        _values.TryGetValue(name, out string? text) ? ParseCount(name, text) : otherwise ?? throw Missing(name);

    /// <summary>Whole numbers with <c>/</c> between them.</summary>
    public long[] Counts(string name) =>
        _values.TryGetValue(name, out string? text) ? [.. text.Split('/').Select(count => ParseCount(name, count))] : throw Missing(name);

    public static long ParseCount(string name, string text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long value)
        ? value : throw new FormatException($"{name} is '{text}'; expected a whole number.");

    private FormatException Missing(string name) => new($"'{name}' is missing; write it as in {_example}.");
}
