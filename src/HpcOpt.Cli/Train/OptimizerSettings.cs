namespace HpcOpt.Cli.Train;

/// <summary>The optimizer as it is named.</summary>
internal sealed record OptimizerSettings
{
    /// <summary>The name that stands for every optimizer.</summary>
    public const string All = "all";

    public const string Default = "adam";

    public string Name { get; init; } = Default;

    /// <summary>Further hyperparameters, each <c>name=value</c>.</summary>
    public string[] Set { get; init; } = [];

    /// <summary>η; null means a default.</summary>
    public double? Rate { get; init; }

    /// <summary>The text of the schedule; null means a constant rate.</summary>
    public string? Schedule { get; init; }

    public bool IsAll => Name.Equals(All, StringComparison.OrdinalIgnoreCase);

    public bool IsLbfgs => LbfgsOptions.IsMeant(Name);

    /// <exception cref="CliException">The text is no schedule.</exception>
    public Schedule? CreateSchedule() => Commands.ParsedOption.ReadSchedule(Schedule, "--schedule");
}
