using System.Globalization;

namespace HpcOpt.Training;

/// <summary>One column of a <see cref="CsvTable"/>.</summary>
internal sealed class CsvColumn(string name) : TableColumn(name)
{
    private const int ShownLength = 40;
    private readonly List<double> _values = [];

    // What is not a number, as it stands in the file; equal cells share their text.
    private readonly Dictionary<int, string> _texts = [];
    private readonly HashSet<string> _distinct = new(StringComparer.Ordinal);
    private string? _firstBadCell;
    private long _firstBadLine;

    public void Add(ReadOnlySpan<char> cell, long line)
    {
        bool finite = double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && double.IsFinite(value);
        if (!finite && _firstBadCell is null)
        {
            _firstBadCell = cell.Length > ShownLength ? $"{cell[..ShownLength]}…" : cell.ToString();
            _firstBadLine = line;
        }

        if (!finite)
        {
            var lookup = _distinct.GetAlternateLookup<ReadOnlySpan<char>>();
            if (!lookup.TryGetValue(cell, out string? text))
            {
                _distinct.Add(text = cell.ToString());
            }

            _texts.Add(_values.Count, text);
        }

        _values.Add(value);
    }

    public override IEnumerable<string> Texts(string file) =>
        _values.Select(
            (value, row) => _texts.TryGetValue(row, out string? text) ? text : value.ToString("R", CultureInfo.InvariantCulture));

    public override IReadOnlyList<double> Numbers(string file) => _firstBadCell is null ? _values : throw new DataException(
        $"{file}, line {_firstBadLine}, column '{Name}': {Describe(_firstBadCell)}; expected a finite number with a decimal point; "
        + "correct the cell, or name the feature columns without this one.");

    private static string Describe(string cell) => string.IsNullOrWhiteSpace(cell)
        ? "the cell is empty"
        : double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out _)
            ? $"'{cell}' is not finite"
            : $"'{cell}' is not a number";
}
