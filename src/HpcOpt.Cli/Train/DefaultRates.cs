namespace HpcOpt.Cli.Train;

/// <summary>
/// Learning rates for standardised columns, where an optimizer's own default is made for deep networks and crawls. Chosen on the digits,
/// seeds 0 to 3; rmsprop's also so that full batches reach least-squares estimates. An optimizer that is not here keeps its own.
/// </summary>
internal static class DefaultRates
{
    private static readonly OrderedDictionary<string, double> Rates = new(StringComparer.Ordinal)
    {
        ["sgd"] = 0.1,
        ["momentum"] = 0.1,
        ["adagrad"] = 0.1,
        ["rmsprop"] = 0.01,
        ["adam"] = 0.01,
        ["adamw"] = 0.01,
        ["heavy-ball"] = 0.01,
        ["nesterov"] = 0.01,
        ["adamax"] = 0.01,
        ["nadam"] = 0.01,
        ["radam"] = 0.01,
        ["amsgrad"] = 0.01,
        ["lion"] = 0.001,
        ["lamb"] = 0.01,
        ["lars"] = 1,
        ["adan"] = 0.01,
        ["adabelief"] = 0.01,
        ["schedule-free-adamw"] = 0.01,
        ["asgd"] = 0.1,
        ["muon"] = 0.003,
        ["shampoo"] = 0.3,
        ["adagrad-full"] = 0.1,
    };

    // For rows of length 1 in batches of SparseBatch, chosen on debian-sections: adagrad for the test accuracy after 10 epochs.
    private static readonly OrderedDictionary<string, double> SparseRates = new(StringComparer.Ordinal)
    {
        ["sgd"] = 10,
        ["adagrad"] = 8,
        ["rmsprop"] = 0.01,
        ["adam"] = 0.01,
        ["adamw"] = 0.01,
    };

    /// <summary>G before the first step on sparse rows: with 0 the first steps on a rare word were as long as those on any other.</summary>
    public const double SparseAccumulator = 0.004;

    public static string SparseText { get; } = string.Join(", ", SparseRates.Select(rate => $"{rate.Key} {rate.Value}"));

    public static string Text { get; } = string.Join(", ", Rates.Select(rate => $"{rate.Key} {rate.Value}"));

    /// <summary>The rate for sparse rows.</summary>
    public static double? OfSparse(string optimizer) => SparseRates.TryGetValue(optimizer, out double rate) ? rate : Of(optimizer);

    public static double? Of(string optimizer) => Rates.TryGetValue(optimizer, out double rate) ? rate : null;
}
