using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace HpcOpt.Training;

/// <summary>The header of .npy: <c>{'descr': '&lt;f4', 'fortran_order': False, 'shape': (3, 4), }</c>, its keys in any order.</summary>
internal static partial class NpyDictionary
{
    private const int ShownLength = 100;

    /// <exception cref="DataException">It is something else, or says something that cannot be read.</exception>
    public static ArrayHeader Parse(ReadOnlySpan<byte> utf8, long headerLength, string file)
    {
        string text = Encoding.UTF8.GetString(utf8).Trim();
        Match match = Whole.Match(text);
        Dictionary<string, string> entries = new(StringComparer.Ordinal);
        for (int i = 0; match.Success && i < match.Groups["key"].Captures.Count; i++)
        {
            entries.TryAdd(match.Groups["key"].Captures[i].Value, match.Groups["value"].Captures[i].Value);
        }

        if (entries.Count != 3 || !entries.TryGetValue("descr", out string? type)
            || !entries.TryGetValue("fortran_order", out string? order) || !entries.TryGetValue("shape", out string? shape)
            || order is not ("True" or "False") || shape[0] != '(')
        {
            throw new DataException(
                $"{file}: the header of .npy is \"{(text.Length > ShownLength ? $"{text[..ShownLength]}…" : text)}\"; expected "
                + "{'descr': '<f4', 'fortran_order': False, 'shape': (rows, columns)}; save the array with numpy.save.");
        }

        List<long> dimensions = [];
        foreach (string number in shape.Trim('(', ')').Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            dimensions.Add(long.TryParse(number, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long dimension)
                ? dimension
                : throw new DataException(
                    $"{file}: the shape is {shape}; expected whole numbers of at most 63 bits; "
                    + "the header is corrupt: write the file again."));
        }

        // In one dimension both orders are the same.
        return order == "False" || dimensions.Count < 2
            ? new(TypeOf(type, file), dimensions, headerLength)
            : throw new DataException(
                $"{file}: is in Fortran order, column after column; expected rows one after another; save numpy.ascontiguousarray(a).");
    }

    private static ElementType TypeOf(string type, string file) => type.Trim('\'', '"') switch
    {
        "<f4" => new('f', 4, false),
        "<f8" => new('f', 8, false),
        "|u1" => new('u', 1, false),
        "|i1" => new('i', 1, false),
        "|b1" => new('b', 1, false),
        "<u2" => new('u', 2, false),
        "<i2" => new('i', 2, false),
        "<u4" => new('u', 4, false),
        "<i4" => new('i', 4, false),
        "<u8" => new('u', 8, false),
        "<i8" => new('i', 8, false),
        _ => throw new DataException(
            $"{file}: the type is {type}; expected <f4, <f8, integers (|u1, |i1, <u2, … <i8) or |b1; save a.astype('<f4')."),
    };

    // Values without braces; a structured type, a list of pairs, is taken whole.
    [GeneratedRegex("""^\{\s*(?:['"](?<key>\w+)['"]\s*:\s*(?<value>'[^']*'|"[^"]*"|True|False|\([^()]*\)|\[.*\])\s*(?:,\s*|(?=\})))+\}$""",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Whole { get; }
}
