namespace HpcOpt.Tests.Laws;

/// <summary>The table for theories.</summary>
internal static class RuleRows
{
    public static IEnumerable<TheoryDataRow<RuleCase>> All() =>
        RuleTable.All.Select(rule => new TheoryDataRow<RuleCase>(rule) { TestDisplayName = rule.Name });

    /// <summary>The lines whose update of a parameter depends on nothing but its own numbers.</summary>
    public static IEnumerable<TheoryDataRow<RuleCase>> Elementwise() => All().Where(row => !row.Data.IsLayerwise);

    /// <summary>The lines that have a reference.</summary>
    public static IEnumerable<TheoryDataRow<RuleCase>> WithReference() => All().Where(row => row.Data.Reference is not null);
}
