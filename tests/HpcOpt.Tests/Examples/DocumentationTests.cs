using HpcOpt.Tests.Laws;

namespace HpcOpt.Tests.Examples;

/// <summary>The code in the documents is code that compiles and runs.</summary>
public class DocumentationTests
{
    [Fact]
    public void The_example_of_the_README_runs_and_is_the_one_shown()
    {
        Assert.Equal(0.05, ReadmeExample.Run(), 0.01);
        string code = Read("tests/HpcOpt.Tests/Examples/ReadmeExample.cs").Split("// README begins\n")[1].Split("        // README ends")[0];
        Assert.Contains(code.Replace("\n        ", "\n").TrimStart(), Read("README.md"));
    }

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

    private static string Read(string file) => File.ReadAllText(Path.Combine(Repository.Root, file)).ReplaceLineEndings("\n");
}
