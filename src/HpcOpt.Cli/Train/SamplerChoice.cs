using HpcOpt.Engine;
using HpcOpt.Training;

namespace HpcOpt.Cli.Train;

/// <summary>The option <c>--sampler name[:column]</c>.</summary>
/// <param name="Name">One of the known names.</param>
/// <param name="Column">The column of the keys; null without one.</param>
internal sealed record SamplerChoice(string Name, string? Column)
{
    public const string Full = "full";
    public const string Single = "single";
    private const string Partition = "partition";
    private const string Replacement = "replacement";
    private const string Blocks = "blocks";
    private const string Clusters = "clusters";
    private const string Stratified = "stratified";

    public const string Forms = "full, single, partition, replacement, blocks[:COL], clusters:COL, stratified[:COL]";

    private static readonly string[] Names = [Full, Single, Partition, Replacement, Blocks, Clusters, Stratified];

    /// <exception cref="CliException">There is no such sampler, or its column is missing or one too many.</exception>
    public static SamplerChoice Parse(string text)
    {
        string[] halves = text.Split(':', 2, StringSplitOptions.TrimEntries);
        string name = halves[0].ToLowerInvariant();
        string? column = halves.Length > 1 && halves[1].Length > 0 ? halves[1] : null;
        if (!Names.Contains(name, StringComparer.Ordinal))
        {
            throw new CliException(ExitCode.Usage, $"--sampler is '{text}'; expected, nearest first, {NearestNames.List(name, Names)}; " +
                $"the forms are {Forms}.");
        }

        if (column is null && (name == Clusters || halves.Length > 1))
        {
            throw new CliException(ExitCode.Usage, $"--sampler is '{text}'; expected the column that holds the keys, such as {name}:firm.");
        }

        return column is null || name is Blocks or Clusters or Stratified
            ? new(name, column)
            : throw new CliException(ExitCode.Usage, $"--sampler is '{text}'; '{name}' takes no column; the forms are {Forms}.");
    }

    /// <summary>The rows of a batch, from what <c>--batch</c> says.</summary>
    /// <exception cref="CliException">The two contradict each other.</exception>
    public int? Batch(int? given) => (Name, given) switch
    {
        (Full, null) => TrainingOptions.FullBatch,
        (Single, null) => 1,
        (Full, not TrainingOptions.FullBatch) or (Single, not 1) or (not Full, TrainingOptions.FullBatch) => throw new CliException(
            ExitCode.Usage, $"--sampler {Name} and --batch {(given == TrainingOptions.FullBatch ? "full" : given)} contradict each " +
                "other; leave one out."),
        _ => given,
    };

    /// <summary>The sampler over some rows of a table.</summary>
    /// <param name="table">Holds the column of the keys; null for an array, which has none.</param>
    /// <param name="rows">The rows of the table that are trained on.</param>
    /// <param name="data">The same rows.</param>
    /// <param name="batchSize">Rows in a batch.</param>
    /// <exception cref="DataException">The column is missing, or not sorted for blocks.</exception>
    /// <exception cref="CliException">There are no strata, or no columns.</exception>
    public Sampler Create(Table? table, int[] rows, DataSet<double> data, int batchSize)
    {
        if (Column is not null && table is null)
        {
            throw new CliException(ExitCode.Usage, $"--sampler {this} names a column, and an array has none; leave the column out.");
        }

        return (Name, Column) switch
        {
            (Stratified, null) when data.ClassLabels is null => throw new CliException(
                ExitCode.Usage, "--sampler stratified needs classes; name a column, such as stratified:firm, or train a classifier."),
            (_, null) => Create(Array.ConvertAll(data.Targets.ToArray(), target => (int)target), batchSize),
            (Blocks, _) => new TimeBlocks(Of(table!.Periods(Column)), batchSize),
            (Clusters, _) => new Clusters(Of(table!.Keys(Column)), batchSize),
            _ => new Stratified(Of(table!.Keys(Column)), batchSize),
        };

        int[] Of(int[] keys) => Array.ConvertAll(rows, row => keys[row]);
    }

    /// <summary>The sampler without a column, over rows of these classes.</summary>
    public Sampler Create(int[] classes, int batchSize) => Name switch
    {
        Full => new FullBatch(classes.Length),
        Single or Partition => new RandomPartition(classes.Length, batchSize),
        Replacement => new WithReplacement(classes.Length, batchSize),
        Blocks => new TimeBlocks(classes.Length, batchSize),
        _ => new Stratified(classes, batchSize),
    };

    public override string ToString() => Column is null ? Name : $"{Name}:{Column}";
}
