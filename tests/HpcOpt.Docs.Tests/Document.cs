using HpcOpt.Tests;

namespace HpcOpt.Docs.Tests;

/// <summary>A fenced block of a document.</summary>
/// <param name="File">The document, from the root of the repository.</param>
/// <param name="Line">The line of the opening fence, from 1.</param>
/// <param name="Language">What stands behind the opening fence.</param>
/// <param name="Text">The lines between the fences.</param>
internal sealed record Block(string File, int Line, string Language, string Text)
{
    public override string ToString() => $"{File}:{Line}";
}

/// <summary>A document for the users of the library.</summary>
internal sealed class Document
{
    private const string Fence = "```";

    private Document(string file)
    {
        File = file;
        Lines = System.IO.File.ReadAllLines(Path.Combine(Repository.Root, file));
        Blocks = [.. Fenced(file, Lines)];
    }

    /// <summary>README.md, CONTRIBUTING.md and docs/*.md.</summary>
    public static Document[] All { get; } =
    [
        .. new[] { "README.md", "CONTRIBUTING.md" }
            .Concat(Directory.GetFiles(Path.Combine(Repository.Root, "docs"), "*.md").Order(StringComparer.Ordinal)
                .Select(path => Path.GetRelativePath(Repository.Root, path)))
            .Select(file => new Document(file)),
    ];

    public string File { get; }

    public string[] Lines { get; }

    public Block[] Blocks { get; }

    public static Document Of(string file) => All.Single(document => document.File == file);

    private static IEnumerable<Block> Fenced(string file, string[] lines)
    {
        for (int i = 0; i < lines.Length; i++)
        {
            if (lines[i].StartsWith(Fence, StringComparison.Ordinal))
            {
                int end = Array.IndexOf(lines, Fence, i + 1);
                Assert.True(end > 0, $"{file}:{i + 1} opens a block that nothing closes.");
                yield return new(file, i + 1, lines[i][Fence.Length..], string.Join('\n', lines[(i + 1)..end]) + "\n");
                i = end;
            }
        }
    }
}
