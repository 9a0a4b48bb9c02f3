using HpcOpt.Cli.Commands;
using HpcOpt.Training;

namespace HpcOpt.Cli.Train;

/// <summary>The options of <see cref="ModelSettings"/>.</summary>
internal static class ModelOptions
{
    private const string Softmax = "softmax";

    public static OptionGroup<TrainSettings> Kind() => new()
    {
        {
            ParsedOption.Choice(
                "--model", "For a number, for 0 and 1, for classes, for counts, or a network; needed with --data [default: softmax for " +
                    "the digits]", "linear", "logistic", Softmax, "poisson", "mlp"),
            (settings, kind) => settings with { Model = settings.Model with { Given = Enum.Parse<ModelKind>(kind!, ignoreCase: true) } }
        },
    };

    /// <summary>Those of a network alone.</summary>
    public static OptionGroup<TrainSettings> Network() => new()
    {
        {
            ParsedOption.Create<int[]?>(
                "--hidden", "N,N", "mlp: units of each hidden layer, from the input on [default: " +
                    $"{ModelSettings.DefaultUnits}]", $"whole numbers from 1 to {int.MaxValue}, such as 1024,1024", TryWidths),
            (settings, widths) => With(settings, network => network with { Hidden = widths! })
        },
        {
            ParsedOption.Choice("--activation", "mlp: of the hidden units; gelu is the exact one [default: relu]", "relu", "tanh", "gelu"),
            (settings, name) => With(settings, network => network with { Activation = Enum.Parse<Activation>(name!, ignoreCase: true) })
        },
        {
            ParsedOption.Choice("--loss", "mlp: softmax for a target of classes, squared for a number [default: " +
                "softmax]", Softmax, "squared"),
            (settings, name) => settings with { Model = settings.Model with { HasClasses = name == Softmax } }
        },
        {
            ParsedOption.Number("--dropout", "P", "mlp: share of the hidden units that each row of a step drops [default: " +
                "0]", "a number from 0 to less than 1", share => share is >= 0 and < 1),
            (settings, share) => With(settings, network => network with { Dropout = share!.Value })
        },
        {
            ParsedOption.Choice(
                "--init", "mlp: weights at the start, normal with variance 2/inputs or uniform with 2/(inputs + outputs) [default: he; " +
                    "with tanh glorot]", "he", "glorot"),
            (settings, name) =>
                With(settings, network => network with { Initialization = Enum.Parse<Initialization>(name!, ignoreCase: true) })
        },
        {
            ParsedOption.Count(
                "--micro-batch", "mlp: rows that go through the network at once; a larger batch is taken in parts, in less memory " +
                    $"[default: {new MultilayerPerceptronOptions().MicroBatch}]"),
            (settings, rows) => With(settings, network => network with { MicroBatch = rows!.Value })
        },
    };

    private static TrainSettings With(TrainSettings settings, Func<MultilayerPerceptronOptions, MultilayerPerceptronOptions> change) =>
        settings with { Model = settings.Model with { Network = change(settings.Model.Network) } };

    private static bool TryWidths(string text, out int[]? widths)
    {
        int?[] read = Array.ConvertAll(text.Split(','), word => ParsedOption.TryCount(word.Trim(), out int? width) ? width : null);
        widths = [.. read.OfType<int>()];
        return widths.Length == read.Length;
    }
}
