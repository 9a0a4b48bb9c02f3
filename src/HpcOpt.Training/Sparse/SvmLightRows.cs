using System.Globalization;
using System.Numerics;
using System.Text;

namespace HpcOpt.Training;

/// <summary>Reads the lines of <see cref="SvmLight"/>, block by block and as bytes: text is made for messages alone.</summary>
internal sealed class SvmLightRows<T>(string file, int firstIndex, int? knownFeatures)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int LongestExcerpt = 40;
    private const string Form = "write 'label index:value index:value …'";

    private byte[] _buffer = new byte[1 << 18];
    private long _line;
    private int _largest = -1;

    public List<double> Labels { get; } = [];

    /// <summary>The line of each row.</summary>
    public List<long> Lines { get; } = [];

    public List<int> Starts { get; } = [0];

    public List<int> Columns { get; } = [];

    public List<T> Values { get; } = [];

    public int FeatureCount => knownFeatures ?? Math.Max(1, _largest + 1);

    public void ReadAll(Stream stream)
    {
        try
        {
            Stream bytes = InputFile.OpenBytes(stream, file);
            int held = 0;
            for (int read; (read = bytes.Read(_buffer, held, _buffer.Length - held)) > 0;)
            {
                held = ReadLines(held + read, held);
                if (held == _buffer.Length)
                {
                    Array.Resize(ref _buffer, checked(2 * held));
                }
            }

            ReadLine(_buffer.AsSpan(0, held));
        }
        catch (Exception e) when (e is IOException or InvalidDataException or OverflowException)
        {
            throw new DataException($"{file}, near line {_line + 1}: reading failed: {e.Message}", e);
        }
    }

    /// <summary>Reads the whole lines of the first <paramref name="end"/> bytes, moves the rest to the front, returns its length.</summary>
    private int ReadLines(int end, int searched)
    {
        int start = 0;
        for (int length; (length = _buffer.AsSpan(searched, end - searched).IndexOf((byte)'\n')) >= 0; start = searched)
        {
            ReadLine(_buffer.AsSpan(start, searched + length - start));
            searched += length + 1;
        }

        _buffer.AsSpan(start, end - start).CopyTo(_buffer);
        return end - start;
    }

    private void ReadLine(ReadOnlySpan<byte> line)
    {
        _line++;
        int comment = line.IndexOf((byte)'#');
        line = comment >= 0 ? line[..comment] : line;
        int position = 0;
        ReadOnlySpan<byte> label = Next(line, ref position);
        if (label.IsEmpty)
        {
            return;
        }

        Labels.Add(Number(label, position, "label"));
        Lines.Add(_line);
        int last = -1;
        for (ReadOnlySpan<byte> entry; !(entry = Next(line, ref position)).IsEmpty;)
        {
            if (!entry.StartsWith("qid:"u8))
            {
                Add(entry, position - entry.Length, ref last);
            }
        }

        Starts.Add(Columns.Count);
    }

    private void Add(ReadOnlySpan<byte> entry, int start, ref int last)
    {
        int colon = entry.IndexOf((byte)':');
        if (colon < 0)
        {
            throw Error(start, $"'{Excerpt(entry)}' is no index:value pair; {Form}.");
        }

        if (!TryIndex(entry[..colon], out int index))
        {
            throw Error(
                start, $"the index is '{Excerpt(entry[..colon])}'; expected a whole number from {firstIndex} to {int.MaxValue - 1}.");
        }

        int column = index - firstIndex;
        if (column < 0)
        {
            throw Error(
                start, "the index is 0, but indices count from 1; if those of this file count from 0, say that the first index is 0.");
        }

        if (column <= last)
        {
            throw Error(start, $"the index is {index} after {last + firstIndex}; expected ascending indices, each once; "
                + "sort the line and sum what is repeated.");
        }

        double value = Number(entry[(colon + 1)..], start + entry.Length, "value");
        last = column;
        if (column < (knownFeatures ?? int.MaxValue))
        {
            _largest = Math.Max(_largest, column);
            Columns.Add(column);
            Values.Add(T.CreateTruncating(value));
        }
    }

    /// <summary>The next bytes between blanks; empty at the end. The position is behind them.</summary>
    private static ReadOnlySpan<byte> Next(ReadOnlySpan<byte> line, scoped ref int position)
    {
        while (position < line.Length && IsBlank(line[position]))
        {
            position++;
        }

        int start = position;
        while (position < line.Length && !IsBlank(line[position]))
        {
            position++;
        }

        return line[start..position];
    }

    private static bool IsBlank(byte character) => character is (byte)' ' or (byte)'\t' or (byte)'\r';

    private static bool TryIndex(ReadOnlySpan<byte> digits, out int index)
    {
        long number = digits.IsEmpty ? -1 : 0;
        foreach (byte digit in digits)
        {
            number = digit is >= (byte)'0' and <= (byte)'9' ? (number * 10) + digit - '0' : long.MaxValue;
            if (number >= int.MaxValue)
            {
                break;
            }
        }

        index = (int)number;
        return number is >= 0 and < int.MaxValue;
    }

    private double Number(ReadOnlySpan<byte> digits, int end, string what) =>
        double.TryParse(digits, NumberStyles.Float, CultureInfo.InvariantCulture, out double number)
            && T.IsFinite(T.CreateTruncating(number))
            ? number
            : throw Error(end - digits.Length, $"the {what} is '{Excerpt(digits)}'; expected a finite number; {Form}.");

    private DataException Error(int position, string message) => new($"{file}, line {_line}, column {position + 1}: {message}");

    private static string Excerpt(ReadOnlySpan<byte> bytes)
    {
        string text = Encoding.UTF8.GetString(bytes[..Math.Min(bytes.Length, LongestExcerpt)]);
        return string.Concat(text.Select(character => char.IsControl(character) ? '?' : character))
            + (bytes.Length > LongestExcerpt ? "…" : "");
    }
}
