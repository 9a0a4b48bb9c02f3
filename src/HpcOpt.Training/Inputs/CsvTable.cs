using System.Globalization;
using Sylvan.Data.Csv;

namespace HpcOpt.Training;

/// <summary>
/// The columns of a CSV file (comma, quotes as in RFC 4180, UTF-8 with or without a byte-order mark, any line end), plain or gzip.
/// Numbers are read with a decimal point whatever the culture. A column may hold text as long as nobody asks for its numbers.
/// </summary>
/// <example><code>
/// DataSet&lt;double&gt; data = CsvTable.Read("grunfeld.csv").ToDataSet("invest", TargetKind.Value, ["value", "capital"]);
/// </code></example>
public sealed class CsvTable : Table
{
    private readonly List<long> _lines; // where each row starts

    private CsvTable(string file, List<CsvColumn> columns, List<long> lines)
        : base(file, columns, lines.Count) => _lines = lines;

    private protected override string Where(int row) => $"line {_lines[row]}";

    /// <summary>Reads a whole file.</summary>
    /// <param name="path">A CSV file, plain or gzip.</param>
    /// <param name="header">Whether the first row holds names; null: it does if one of its cells is neither empty nor a number.</param>
    /// <exception cref="DataException">There is no such file, its gzip is corrupt, it has no rows, a row has another number of cells than
    /// the first, a quote is not closed, or two columns have the same name.</exception>
    public static CsvTable Read(string path, bool? header = null)
    {
        ArgumentNullException.ThrowIfNull(path);
        using Stream stream = InputFile.Open(path);
        return Read(stream, path, header);
    }

    /// <summary>Reads a whole stream, such as an embedded resource.</summary>
    /// <param name="stream">CSV, plain or gzip, from its position to its end; it stays open.</param>
    /// <param name="name">What error messages call it.</param>
    /// <param name="header">As for a file.</param>
    /// <exception cref="DataException">As for a file.</exception>
    public static CsvTable Read(Stream stream, string name, bool? header = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(name);
        long line = 1;
        try
        {
            using StreamReader text = InputFile.OpenText(stream, name);
            using CsvDataReader rows = CsvDataReader.Create(text, new CsvDataReaderOptions
            {
                HasHeaders = false, // the header is this class's decision
                Delimiter = ',',
                MaxBufferSize = 1 << 28, // characters in one row
            });
            return ReadRows(rows, name, header, ref line);
        }
        catch (CsvFormatException e)
        {
            throw new DataException($"{name}, near line {line}: the row cannot be read: {e.Message} Correct the quotes there.", e);
        }
        catch (IOException e)
        {
            throw new DataException($"{name}, near line {line}: reading failed: {e.Message}", e);
        }
    }

    private static CsvTable ReadRows(CsvDataReader rows, string file, bool? header, ref long line)
    {
        bool hasRow = rows.Read();
        if (!hasRow || IsBlank(rows))
        {
            throw new DataException(
                $"{file}: the {(hasRow ? "first line" : "file")} is empty; expected rows of numbers, with or without a header.");
        }

        bool hasHeader = header ?? Enumerable.Range(0, rows.RowFieldCount).Any(i => IsText(rows.GetFieldSpan(i)));
        List<CsvColumn> columns = [.. Enumerable.Range(0, rows.RowFieldCount)
            .Select(i => new CsvColumn(hasHeader ? rows.GetString(i).Trim() : string.Create(CultureInfo.InvariantCulture, $"c{i}")))];
        if (columns.GroupBy(column => column.Name, StringComparer.Ordinal).FirstOrDefault(same => same.Count() > 1) is { } twice)
        {
            throw new DataException($"{file}, line 1, column '{twice.Key}': the header has {twice.Count()} columns of this name; "
                + "rename them, or say that the file has no header.");
        }

        List<long> lines = [];
        long blankLine = 0;
        bool more = true;
        if (hasHeader)
        {
            line += Lines(rows);
            more = rows.Read();
        }

        for (; more; line += Lines(rows), more = rows.Read())
        {
            if (IsBlank(rows))
            {
                blankLine = blankLine == 0 ? line : blankLine;
                continue;
            }

            // Blank lines may close a file; between rows they are a row that lost its cells.
            if (blankLine != 0)
            {
                throw new DataException($"{file}, line {blankLine}: the line is empty; expected {columns.Count} cells; remove it.");
            }

            if (rows.RowFieldCount != columns.Count)
            {
                throw new DataException(
                    $"{file}, line {line}: the row has {rows.RowFieldCount} cells; expected {columns.Count} as in line 1; "
                    + "correct the row (a comma inside a cell needs quotes around it).");
            }

            for (int i = 0; i < columns.Count; i++)
            {
                columns[i].Add(rows.GetFieldSpan(i), line);
            }

            lines.Add(line);
        }

        return lines.Count > 0
            ? new CsvTable(file, columns, lines)
            : throw new DataException($"{file}: there are no rows under the header; expected at least 2.");
    }

    private static bool IsBlank(CsvDataReader rows) => rows.RowFieldCount == 1 && rows.GetFieldSpan(0).IsWhiteSpace();

    private static bool IsText(ReadOnlySpan<char> cell) =>
        !cell.IsWhiteSpace() && !double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out _);

    // A quoted cell may hold line ends, so a row is not always a line.
    private static int Lines(CsvDataReader rows)
    {
        ReadOnlySpan<char> text = rows.GetRawRecordSpan();
        return Math.Max(text.Count('\n'), text.Count('\r'));
    }
}
