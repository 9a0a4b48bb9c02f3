using System.Text.RegularExpressions;
using HpcOpt.Tests;

namespace HpcOpt.Docs.Tests;

/// <summary>What the documents say beside code: links, commands, and the size of the README.</summary>
public partial class DocumentTests
{
    private const string Target = "--target=";

    public static TheoryData<string> Files => [.. Document.All.Select(document => document.File)];

    [Theory]
    [MemberData(nameof(Files))]
    public void Links_lead_to_files_of_the_repository(string file)
    {
        string folder = Path.GetDirectoryName(Path.Combine(Repository.Root, file))!;
        string[] broken =
        [
            .. Document.Of(file).Lines.SelectMany(line => Link().Matches(line)).Select(match => match.Groups["target"].Value)
                .Where(target => !target.StartsWith("https://", StringComparison.Ordinal) && !Path.Exists(Path.Combine(folder, target))),
        ];
        Assert.Empty(broken);
    }

    [Theory]
    [MemberData(nameof(Files))]
    public async Task Commands_name_targets_and_options_that_exist(string file)
    {
        string build = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "build.cake"), TestContext.Current.CancellationToken);
        foreach (string line in Document.Of(file).Blocks.Where(block => block.Language == "sh").SelectMany(block => block.Text.Split('\n')))
        {
            string[] words = line.Split('#')[0].Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words is ["./build.sh", ..])
            {
                string target = Assert.Single(words, word => word.StartsWith(Target, StringComparison.Ordinal))[Target.Length..];
                Assert.Contains($"Task(\"{target}\")", build, StringComparison.Ordinal);
            }
            else if (Array.IndexOf(words, "hpcopt") is >= 0 and int tool)
            {
                (int exitCode, string help, _) = await DotnetProcess.Run("HpcOpt.Cli.dll", [words[tool + 1], "--help"]);
                Assert.True(exitCode == 0, line);
                string[] options = Array.FindAll(words, word => word.StartsWith("--", StringComparison.Ordinal));
                Assert.All(options, option => Assert.Matches($@"(?m)^\s+{option}\s", help));
            }
        }
    }

    [Fact]
    public void A_newcomer_finishes_the_README()
    {
        string[] lines = Document.Of("README.md").Lines;
        Assert.InRange(lines.Length, 1, 150);
        Assert.InRange(lines.Sum(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries).Length), 750, 1400);
    }

    [Fact]
    public void The_README_leads_to_every_page()
    {
        string readme = string.Join('\n', Document.Of("README.md").Lines);
        IEnumerable<Document> pages = Document.All.Where(document => document.File != "README.md");
        Assert.All(pages, page => Assert.Contains($"]({page.File})", readme, StringComparison.Ordinal));
    }

    // [text](target), or with an anchor (target#anchor).
    [GeneratedRegex(@"\]\((?<target>[^)#\s]+)(#[^)]*)?\)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Link();
}
