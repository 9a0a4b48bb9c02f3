using HpcOpt.Tests.Laws;

namespace HpcOpt.Tests.Sparse;

/// <summary>The lines of the rule table that have sparse steps, and the others.</summary>
internal static class SparseTable
{
    public static IEnumerable<TheoryDataRow<RuleCase>> All() => RuleRows.All().Where(row => IsSparse(row.Data));

    public static IEnumerable<TheoryDataRow<RuleCase>> Others() => RuleRows.All().Where(row => !IsSparse(row.Data));

    private static bool IsSparse(RuleCase rule)
    {
        using Optimizer<float> empty = rule.Create<float>(0, Execution.Default);
        return empty.StepsSparsely;
    }
}
