using System.IO.Compression;
using System.IO.MemoryMappedFiles;
using System.Numerics;

namespace HpcOpt.Training;

/// <summary>
/// An array in a file: NumPy's .npy (versions 1.0, 2.0, 3.0; little-endian floats of 4 and 8 bytes, integers and booleans; C order) or IDX,
/// the format of MNIST, plain or gzip. A plain file is mapped into memory and may be larger than it; gzip is unpacked, up to 2 GB.
/// </summary>
/// <remarks>
/// The first dimension counts rows; the others together are the d features. Rows of float in a data set of float, or of double in one of
/// double, are the mapped bytes themselves; others are converted row by row at use. The mapping lives as long as the object or a data set
/// of it. While it does, the file must not get shorter: reading past its end would end the process.
/// </remarks>
/// <example><code>
/// DataSet&lt;float&gt; digits = ArrayFile.Open("x.npy").ToDataSet&lt;float&gt;(ArrayFile.Open("y.npy"), TargetKind.Class);
/// </code></example>
public sealed unsafe class ArrayFile
{
    private readonly ArrayHeader _header;
    private readonly int _rowBytes;
    private readonly byte* _numbers;
    private readonly object _owner; // of the memory

    private ArrayFile(string file, ArrayHeader header, byte* start, int rowBytes, object owner)
    {
        (File, _header, _rowBytes, _owner) = (file, header, rowBytes, owner);
        _numbers = start + header.Length;
    }

    /// <summary>The path; it starts every message.</summary>
    public string File { get; }

    /// <summary>The dimensions, at least one; the first counts rows.</summary>
    public IReadOnlyList<long> Shape => _header.Shape;

    /// <summary>N.</summary>
    public int RowCount => (int)Shape[0];

    /// <summary>d: the product of the dimensions after the first; 1 without any.</summary>
    public int ColumnCount => _rowBytes / Type.Size;

    /// <summary>The type of the numbers.</summary>
    internal ElementType Type => _header.Type;

    /// <summary>Opens an array and checks its header and its length; the numbers are read at use.</summary>
    /// <param name="path">.npy, or IDX plain or gzip; the first bytes tell which.</param>
    /// <exception cref="DataException">There is no such file; it is neither, or corrupt; its type or order is not one of the above; it has
    /// no rows, more than 2³¹-1 rows or columns, or another length than its header says.</exception>
    public static ArrayFile Open(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        try
        {
            using Stream stream = InputFile.Open(path);
            return stream.CanSeek && InputFile.IsGzip(stream) ? Unpack(stream, path) : Map((FileStream)stream, path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new DataException($"{path}: cannot be read: {e.Message}", e);
        }
    }

    /// <summary>Rows with targets from another array.</summary>
    /// <param name="targets">One number for each row.</param>
    /// <param name="kind">What they are; classes must be whole numbers.</param>
    /// <param name="classLabels">For test data: the labels of the training set, whose classes are kept; null finds them.</param>
    /// <exception cref="DataException">The lengths differ; a target is not what <paramref name="kind"/> says or has a label that
    /// <paramref name="classLabels"/> lacks; there is one class only, or fewer than 2 rows; a number is not finite.</exception>
    public DataSet<T> ToDataSet<T>(ArrayFile targets, TargetKind kind, IReadOnlyList<double>? classLabels = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(targets);
        if (targets.ColumnCount != 1)
        {
            throw new DataException($"{targets.File}: the shape is {targets._header.ShapeText}; expected one target a row: ({RowCount},).");
        }

        if (targets.RowCount != RowCount)
        {
            throw new DataException($"{targets.File}: has {targets.RowCount} targets; expected {RowCount}, the rows of {File}.");
        }

        if (RowCount < 2)
        {
            throw new DataException($"{File}: has {RowCount} row; expected at least 2.");
        }

        double[] values = targets.Targets(kind);
        double[]? labels =
            TargetCheck.Apply(values, kind, classLabels, targets.File, row => $"{targets.File}, row {row}", "choose another file");
        CheckFinite();
        return new DataSet<T>(
            new ArrayRows<T>(this), Array.ConvertAll(values, T.CreateTruncating),
            [.. Enumerable.Range(0, ColumnCount).Select(j => $"c{j}")], labels);
    }

    /// <summary>The bytes of row <paramref name="i"/>.</summary>
    internal ReadOnlySpan<byte> Row(int i) => new(_numbers + (long)i * _rowBytes, _rowBytes);

    private double[] Targets(TargetKind kind)
    {
        double[] values = new double[RowCount];
        for (int i = 0; i < values.Length; i++)
        {
            Type.Read(Row(i), values.AsSpan(i, 1));
            if (!double.IsFinite(values[i]) || (kind == TargetKind.Class && !double.IsInteger(values[i])))
            {
                throw new DataException($"{File}, row {i}: the target is {TargetCheck.Text(values[i])}; "
                    + $"expected {(kind == TargetKind.Class ? "a class: a whole number" : "a finite number")}.");
            }
        }

        return values;
    }

    private void CheckFinite()
    {
        if (Type.Kind != 'f')
        {
            return;
        }

        double[] row = new double[ColumnCount];
        for (int i = 0; i < RowCount; i++)
        {
            Type.Read(Row(i), row);
            if (Array.FindIndex(row, x => !double.IsFinite(x)) is >= 0 and int j)
            {
                throw new DataException($"{File}, row {i}, column {j}: the number is {TargetCheck.Text(row[j])}; expected a finite number; "
                    + "correct it, or leave the row out.");
            }
        }
    }

    private static ArrayFile Unpack(Stream stream, string path)
    {
        InputFile.CheckGzip(stream, path);
        using GZipStream gzip = new(stream, CompressionMode.Decompress);
        using MemoryStream content = new();
        try
        {
            gzip.CopyTo(content);
        }
        catch (IOException e)
        {
            throw new DataException(
                $"{path}: unpacks to more than {Array.MaxLength} bytes; unpack it with gunzip: plain files may be larger than memory.", e);
        }

        byte[] bytes = GC.AllocateUninitializedArray<byte>((int)content.Length, pinned: true);
        content.GetBuffer().AsSpan(0, bytes.Length).CopyTo(bytes);
        fixed (byte* start = bytes)
        {
            return Create(path, start, bytes.Length, bytes);
        }
    }

    private static ArrayFile Map(FileStream stream, string path)
    {
        long length = stream.CanSeek ? stream.Length : throw new DataException($"{path}: is a pipe; expected a file, which can be mapped.");
        if (length == 0)
        {
            throw new DataException($"{path}: the file is empty; expected an array, .npy or IDX.");
        }

        using var file = MemoryMappedFile.CreateFromFile(
            stream, mapName: null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: true);
        MemoryMappedViewAccessor view = file.CreateViewAccessor(0, length, MemoryMappedFileAccess.Read);
        byte* start = null;
        view.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
        return Create(path, start + view.PointerOffset, length, new Mapping(view));
    }

    private static ArrayFile Create(string path, byte* start, long length, object owner)
    {
        var header = ArrayHeader.Parse(new(start, (int)Math.Min(length, int.MaxValue)), path);
        if (header.Shape.Count == 0)
        {
            throw new DataException($"{path}: is a single number, of shape (); expected rows.");
        }

        long bytes = header.ByteCount(path), found = length - header.Length;
        if (bytes != found)
        {
            throw new DataException(
                $"{path}: the header says shape {header.ShapeText} of {header.Type}, {bytes} bytes of numbers; found {found}; "
                + $"{(found < bytes ? "the file is cut off: copy it again" : "write each array into a file of its own")}.");
        }

        // A row, in bytes, is a span.
        return header.Shape[0] <= int.MaxValue && bytes / header.Shape[0] <= int.MaxValue
            ? new(path, header, start, (int)(bytes / header.Shape[0]), owner)
            : throw new DataException(
                $"{path}: the shape is {header.ShapeText}; expected at most {int.MaxValue} rows, each of at most {int.MaxValue} bytes.");
    }

    // Gives the pointer back before the view goes.
    private sealed class Mapping(MemoryMappedViewAccessor view)
    {
        ~Mapping() => view.SafeMemoryMappedViewHandle.ReleasePointer();
    }
}
