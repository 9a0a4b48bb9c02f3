using System.Text;

namespace HpcOpt.Benchmarks;

/// <summary>A table as Markdown shows it.</summary>
internal static class MarkdownTable
{
    public static string Of(string[] head, IEnumerable<string[]> rows)
    {
        StringBuilder table = new();
        foreach (string[] cells in (string[][])[head, [.. head.Select(_ => "---")], .. rows])
        {
            table.Append("| ").AppendJoin(" | ", cells).Append(" |\n");
        }

        return table.ToString();
    }
}
