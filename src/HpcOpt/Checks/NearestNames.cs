namespace HpcOpt.Engine;

/// <summary>Orders known names by their distance to one that is not known, for error messages.</summary>
public static class NearestNames
{
    private const int Shown = 20;

    /// <summary>The names, nearest first, quoted and separated by commas; at most 20 of them.</summary>
    /// <param name="wanted">The name that is not known.</param>
    /// <param name="known">Those that are.</param>
    public static string List(string wanted, IReadOnlyCollection<string> known)
    {
        string list = string.Join(", ", known.OrderBy(name => Distance(wanted, name)).Take(Shown).Select(name => $"'{name}'"));
        return known.Count > Shown ? $"{list} and {known.Count - Shown} more" : list;
    }

    /// <summary>Levenshtein's distance: the fewest insertions, deletions and substitutions, here without regard to case.</summary>
    /// <param name="a">A name.</param>
    /// <param name="b">Another.</param>
    public static int Distance(string a, string b)
    {
        int[] row = [.. Enumerable.Range(0, b.Length + 1)];
        for (int i = 1; i <= a.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.Length; j++)
            {
                int cost = char.ToUpperInvariant(a[i - 1]) == char.ToUpperInvariant(b[j - 1]) ? 0 : 1;
                int substituted = diagonal + cost;
                diagonal = row[j];
                row[j] = Math.Min(substituted, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[b.Length];
    }
}
