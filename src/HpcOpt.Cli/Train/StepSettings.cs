using System.Globalization;
using HpcOpt.Cli.Commands;

namespace HpcOpt.Cli.Train;

/// <summary>What surrounds the update of a step; the same in all runs of a comparison.</summary>
internal sealed record StepSettings
{
    private const string Dynamic = "dynamic";

    public double? ClipNorm { get; init; }

    public double? ClipValue { get; init; }

    public double? Average { get; init; }

    /// <summary>A number, or <c>dynamic</c>; null means 1.</summary>
    public string? LossScale { get; init; }

    public static OptionGroup<TrainSettings> Options() => new()
    {
        {
            ParsedOption.Number(
                "--clip-norm", "C", "Shorten a gradient whose norm is above C to C [default: off]", "a finite number above 0", IsPositive),
            (settings, norm) => settings with { Step = settings.Step with { ClipNorm = norm } }
        },
        {
            ParsedOption.Number("--clip-value", "C", "Bring each element of the gradient into -C to C, after --clip-norm [default: off]",
                "a finite number above 0", IsPositive),
            (settings, value) => settings with { Step = settings.Step with { ClipValue = value } }
        },
        {
            ParsedOption.Number(
                "--average", "DECAY",
                "Evaluate and return a moving average of the parameters, in which each step keeps the share DECAY [default: off]",
                "a number from 0 to less than 1", decay => decay is >= 0 and < 1),
            (settings, decay) => settings with { Step = settings.Step with { Average = decay } }
        },
        {
            ParsedOption.Create<string?>(
                "--loss-scale", $"S|{Dynamic}", "Multiply the loss by S; where the gradient is not finite then, skip the step and halve S. "
                    + "dynamic begins at 65,536 and doubles after 2,000 good steps [default: off]",
                $"a finite number above 0, or '{Dynamic}'", TryScale),
            (settings, scale) => settings with { Step = settings.Step with { LossScale = scale } }
        },
    };

    /// <summary>For one run, because a loss scale has a state.</summary>
    public StepOptions Create() => new()
    {
        MaxNorm = ClipNorm,
        MaxValue = ClipValue,
        AverageDecay = Average,
        LossScaler = LossScale switch
        {
            null => null,
            Dynamic => new LossScaler(),
            string scale => new LossScaler { Scale = double.Parse(scale, CultureInfo.InvariantCulture), GrowthInterval = long.MaxValue },
        },
    };

    private static bool IsPositive(double value) => value > 0 && double.IsFinite(value);

    private static bool TryScale(string text, out string? scale)
    {
        scale = text;
        return text == Dynamic
            || (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && IsPositive(number));
    }
}
