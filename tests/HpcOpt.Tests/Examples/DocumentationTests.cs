using HpcOpt.Tests.Laws;

namespace HpcOpt.Tests.Examples;

/// <summary>What the documents say of optimizers holds by the laws and by the table of all rules.</summary>
public class DocumentationTests
{
    [Fact]
    public void The_optimizer_of_CONTRIBUTING_obeys_the_laws_and_is_the_one_shown()
    {
        var rule = new RuleCase<SoftSign>("softsign", new SoftSign(), null);
        new SameBitsLaw().Float_on_every_path_length_offset_and_thread_count(rule);
        new SameBitsLaw().Split_at_any_point_equals_whole(rule);
        new TouchesNothingOutsideLaw().Between_guard_pages(rule);
        new AccuracyLaws().Float_stays_within_the_rounding_errors_of_its_steps(rule);
        new AccuracyLaws().Every_rule_finds_the_minimum_of_the_chapters_quadratic(rule);
        Assert.Contains(Read("tests/HpcOpt.Tests/Examples/SoftSign.cs"), Read("CONTRIBUTING.md"));
    }

    [Fact]
    public void The_table_of_the_page_has_every_optimizer_with_its_state_and_bytes()
    {
        Dictionary<string, string[]> rows = Read("docs/optimizers.md").Split('\n')
            .Where(line => line.Contains("](../src/HpcOpt/Rules/"))
            .ToDictionary(line => line.Split('`')[1], line => line.Split('|'));
        Assert.Equal(
            typeof(IOptimizerRule).Assembly.GetExportedTypes()
                .Where(type => type.IsAssignableTo(typeof(IOptimizerRule)) && type.IsValueType).Select(type => type.Name).Order(),
            rows.Keys.Order());
        foreach ((string name, string[] cells) in rows)
        {
            Assert.True(File.Exists(Path.Combine(Repository.Root, "docs", cells[1].Split('(')[1].Split(')')[0])), cells[1]);
            Optimizer<float>[] variants = [
                .. RuleTable.All.Where(line => line.RuleType.Name == name).Select(line => line.Create<float>(0, Execution.Default))];
            Assert.Equal(variants.Select(variant => variant.State.Count).Distinct().Order(), Numbers(cells[^3]));
            Assert.Equal(variants.Select(variant => (int)variant.BytesPerParameter!.Value).Distinct().Order(), Numbers(cells[^2]));
        }

        static IEnumerable<int> Numbers(string cell) =>
            cell.Split([' ', ',']).Where(word => word.Length > 0 && word.All(char.IsAsciiDigit)).Select(int.Parse);
    }

    private static string Read(string file) => File.ReadAllText(Path.Combine(Repository.Root, file)).ReplaceLineEndings("\n");
}
