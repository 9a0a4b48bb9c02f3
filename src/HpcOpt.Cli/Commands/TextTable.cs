namespace HpcOpt.Cli.Commands;

/// <summary>Columns of equal width: the first and the last to the left, numbers between them to the right.</summary>
internal static class TextTable
{
    public static IEnumerable<string> Lines(string[] head, IEnumerable<string[]> rows)
    {
        string[][] all = [head, .. rows];
        int[] widths = [.. Enumerable.Range(0, head.Length).Select(column => all.Max(row => row[column].Length))];
        return all.Select(row => string.Join("  ", row.Select((cell, column) =>
            column == 0 || column == head.Length - 1 ? cell.PadRight(widths[column]) : cell.PadLeft(widths[column]))).TrimEnd());
    }
}
