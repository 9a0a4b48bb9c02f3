using System.CommandLine;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace HpcOpt.Cli.Commands;

/// <summary>Options whose text is read here, so that a wrong one is answered by its value and what was expected.</summary>
internal static class ParsedOption
{
    public delegate bool TryRead<T>(string text, [MaybeNullWhen(false)] out T value);

    public static Option<T> Create<T>(string name, string helpName, string description, string expected, TryRead<T> tryRead) =>
        new(name)
        {
            HelpName = helpName,
            Description = description,
            Arity = ArgumentArity.ExactlyOne,
            CustomParser = result =>
            {
                string text = result.Tokens[0].Value;
                if (!tryRead(text, out T? value))
                {
                    result.AddError($"{name} is '{text}'; expected {expected}");
                }

                return value;
            },
        };

    /// <summary>One of a few words; null where the option is absent.</summary>
    public static Option<string?> Choice(string name, string description, params string[] words)
    {
        string list = string.Join('|', words);
        return Create<string?>(
            name, list, description, list.Replace("|", ", ", StringComparison.Ordinal), (string text, out string? word) =>
            (word = Array.Find(words, known => known.Equals(text, StringComparison.OrdinalIgnoreCase))) is not null);
    }

    public static Option<double?> Number(string name, string helpName, string description, string expected, Predicate<double> isValid) =>
        Create<double?>(name, helpName, description, expected, (string text, out double? value) =>
        {
            bool read = double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number);
            value = number;
            return read && isValid(number);
        });

    /// <summary>A whole number from 1.</summary>
    public static Option<int?> Count(string name, string description) =>
        Create<int?>(name, "N", description, $"a whole number from 1 to {int.MaxValue}", TryCount);

    /// <summary>A finite number from 0.</summary>
    public static Option<double?> NotNegative(string name, string description) =>
        Number(name, "X", description, "a finite number of at least 0", value => value >= 0 && double.IsFinite(value));

    /// <summary>A learning-rate schedule; null where the option is absent.</summary>
    public static Schedule? ReadSchedule(string? text, string origin)
    {
        try
        {
            return text is null ? null : Schedule.Parse(text);
        }
        catch (ArgumentException e)
        {
            throw new CliException(ExitCode.Usage, $"{origin} is '{text}': {CliException.Sentence(e)}", e);
        }
    }

    public static Option<ulong> Seed(string description) =>
        Create<ulong>("--seed", "N", description, $"a whole number from 0 to {ulong.MaxValue}", (string text, out ulong seed) =>
            ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out seed));

    public static bool TryCount(string text, out int? count)
    {
        bool read = int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number);
        count = number;
        return read && number >= 1;
    }
}
