using System.CommandLine;
using HpcOpt.Cli.Commands;

namespace HpcOpt.Cli.Train;

/// <summary>The options of <see cref="TrainSettings"/> in the order of the help: those of <c>train</c>, or the part that <c>lr-find</c>
/// shares.</summary>
internal sealed class TrainOptions
{
    private readonly OptionGroup<TrainSettings> _network = ModelOptions.Network();
    private readonly OptionGroup<TrainSettings>[] _groups;

    public TrainOptions(bool isTraining) => _groups =
    [
        DataOptions.Source(), ModelOptions.Kind(), OptimizerOptions.Choice(takesAll: isTraining), RunOptions.Batches(), _network,
        .. isTraining
            ? [DataOptions.Test(), OptimizerOptions.Rate(), RunOptions.Accumulation(), StepSettings.Options(), RunOptions.Ends(),
                DataOptions.Shares()]
            : (OptionGroup<TrainSettings>[])[],
    ];

    public void AddTo(Command command) => Array.ForEach(_groups, group => group.AddTo(command));

    /// <exception cref="CliException">An option is given to another model.</exception>
    public TrainSettings Read(ParseResult result)
    {
        TrainSettings settings = _groups.Aggregate(new TrainSettings(), (current, group) => group.Read(result, current));
        CliException.Require(
            settings.Model.IsNetwork || _network.Given(result) is null,
            $"{_network.Given(result)?.Name} is given without --model mlp, which alone has hidden layers; add it, or leave the option " +
                "out.");
        return settings;
    }
}
