using System.CommandLine;
using HpcOpt.Cli.Commands;
using HpcOpt.Training;

namespace HpcOpt.Cli.Train;

/// <summary>The options of <c>--model mlp</c>.</summary>
internal sealed class PerceptronOptions
{
    private const int DefaultUnits = 128;
    private const string Softmax = "softmax";

    private readonly Option<int[]?> _hidden = ParsedOption.Create<int[]?>(
        "--lower", "N,N", $"mlp: units of each lower layer, from the input on [default: {DefaultUnits}]", $"whole numbers from 1 to {int.MaxValue}, such as 1024,1024", TryWidths);

    private readonly Option<string?> _activation = ParsedOption.Choice("--activation", "mlp: of the lower units; gelu is the exact one [default: relu]", "relu", "tanh", "gelu");
    private readonly Option<string?> _loss = ParsedOption.Choice("--loss", "mlp: softmax for a target of classes, squared for a number [default: softmax]", Softmax, "squared");
    private readonly Option<double?> _dropout = ParsedOption.Number(
        "--dropout", "P", "mlp: share of the lower units that each row of a step drops [default: 0]", "a number from 0 to less than 1", share => share is >= 0 and < 1);

    private readonly Option<string?> _init = ParsedOption.Choice(
        "--init", "mlp: weights at the start, normal with variance 2/inputs or uniform with 2/(inputs + outputs) [default: he; with tanh glorot]", "he", "glorot");

    private readonly Option<int?> _microBatch = ParsedOption.Count(
        "--micro-batch", $"mlp: rows that go through the network at once; a larger batch is taken in parts, in less memory [default: {new MultilayerPerceptronOptions().MicroBatch}]");

    private Option[] All => [_hidden, _activation, _loss, _dropout, _init, _microBatch];

    public void AddTo(Command command) => Array.ForEach(All, command.Add);

    /// <summary>Null for another model.</summary>
    /// <exception cref="CliException">An option is given to another model.</exception>
    public PerceptronArguments? Read(ParseResult result, string? model, ulong seed)
    {
        if (model != "mlp")
        {
            return Array.Find(All, option => result.GetResult(option) is not null) is not { } lonely ? null : throw new CliException(
                ExitCode.Usage, $"{lonely.Name} is given without --model mlp, which alone has lower layers; add it, or leave the option out.");
        }

        MultilayerPerceptronOptions network = new()
        {
            Hidden = result.GetValue(_hidden) ?? [DefaultUnits],
            Activation = result.GetValue(_activation) is { } activation ? Enum.Parse<Activation>(activation, ignoreCase: true) : Activation.Relu,
            Dropout = result.GetValue(_dropout) ?? 0,
            Initialization = result.GetValue(_init) is { } init ? Enum.Parse<Initialization>(init, ignoreCase: true) : null,
            Seed = seed,
        };
        return new(network with { MicroBatch = result.GetValue(_microBatch) ?? network.MicroBatch }, result.GetValue(_loss) is null or Softmax);
    }

    private static bool TryWidths(string text, out int[]? widths)
    {
        int?[] read = Array.ConvertAll(text.Split(','), word => ParsedOption.TryCount(word.Trim(), out int? width) ? width : null);
        widths = [.. read.OfType<int>()];
        return widths.Length == read.Length;
    }
}

/// <summary>A network and its loss.</summary>
/// <param name="Network">Its shape.</param>
/// <param name="HasClasses">Whether the target is a class, with the loss of softmax; otherwise a number, with the squared loss.</param>
internal sealed record PerceptronArguments(MultilayerPerceptronOptions Network, bool HasClasses);
