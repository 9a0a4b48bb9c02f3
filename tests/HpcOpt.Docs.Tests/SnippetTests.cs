namespace HpcOpt.Docs.Tests;

/// <summary>Every C# block of the documents compiles as printed, and as a program runs and prints what the document shows.</summary>
public class SnippetTests
{
    private const int MillisecondsToRun = 120_000;

    public static IEnumerable<TheoryDataRow<string>> Snippets =>
        Document.All.SelectMany(document => document.Blocks).Where(block => block.Language == "csharp")
            .Select(block => new TheoryDataRow<string>(block.ToString()) { TestDisplayName = $"The snippet at {block}" });

    [Theory(Timeout = MillisecondsToRun)]
    [MemberData(nameof(Snippets))]
    public async Task Compiles_as_printed_and_prints_what_is_shown(string place)
    {
        Block[] blocks = Document.Of(place.Split(':')[0]).Blocks;
        int i = Array.FindIndex(blocks, block => block.ToString() == place);
        using SnippetProject project = new(blocks[i]);
        Assert.Empty(project.Build(TestContext.Current.CancellationToken));
        string? shown = i + 1 < blocks.Length && blocks[i + 1].Language == "text" ? blocks[i + 1].Text : null;
        if (!project.IsProgram)
        {
            Assert.Null(shown);
            return;
        }

        (int exitCode, string output, string error) = await project.Run();
        TestContext.Current.TestOutputHelper!.WriteLine(output);
        Assert.True(exitCode == 0, $"{place} ended with {exitCode}: {error}");
        if (shown is not null)
        {
            Assert.Equal(shown, output);
        }
    }
}
