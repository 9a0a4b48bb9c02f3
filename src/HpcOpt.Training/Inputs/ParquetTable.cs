using Parquet;
using Parquet.Schema;

namespace HpcOpt.Training;

/// <summary>The columns of a Parquet file: numbers and booleans as numbers, text as keys. Nested columns and lists are left out.</summary>
/// <remarks>Only the columns that are asked for are read. A null is an error where a number is asked for.</remarks>
/// <example><code>
/// DataSet&lt;double&gt; data = ParquetTable.Read("panel.parquet").ToDataSet("invest", TargetKind.Value, ["value", "capital"]);
/// </code></example>
public sealed class ParquetTable : Table
{
    private ParquetTable(string file, IReadOnlyList<TableColumn> columns, int rowCount)
        : base(file, columns, rowCount)
    {
    }

    /// <summary>Reads the schema of a file.</summary>
    /// <param name="path">A Parquet file.</param>
    /// <exception cref="DataException">There is no such file, it is no Parquet or corrupt, has no rows or more than one data set holds, has
    /// no column, or two of one name.</exception>
    public static ParquetTable Read(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        (DataField[] fields, long rows) = Open(path, reader => Task.FromResult(
            (reader.Schema.Fields.OfType<DataField>().Where(field => !field.IsArray).ToArray(),
                reader.RowGroups.Sum(group => group.RowCount))));
        if (rows < 1 || rows > Array.MaxLength)
        {
            throw new DataException($"{path}: has {rows} rows; expected from 2 to {Array.MaxLength}.");
        }

        if (fields.Length == 0)
        {
            throw new DataException($"{path}: has no column outside lists and structures; expected columns of numbers.");
        }

        return fields.GroupBy(field => field.Name, StringComparer.Ordinal).FirstOrDefault(same => same.Count() > 1) is { } twice
            ? throw new DataException($"{path}, column '{twice.Key}': there are {twice.Count()} columns of this name; rename them.")
            : new(path, [.. fields.Select(field => new ParquetColumn(field.Name, (int)rows))], (int)rows);
    }

    private protected override string Where(int row) => $"row {row}";

    /// <summary>Opens a file for one reading.</summary>
    /// <exception cref="DataException">It cannot be read.</exception>
    internal static TResult Open<TResult>(string path, Func<ParquetReader, Task<TResult>> read)
    {
        using Stream stream = InputFile.Open(path);
        try
        {
            if (!ParquetFooter.Ends(stream))
            {
                throw new DataException($"{path}: cannot be read as Parquet: the description at its end is damaged and does not end within "
                    + "the file. Copy it again.");
            }

            return Task.Run(Reading).GetAwaiter().GetResult(); // on no caller's synchronization context
        }
        catch (DataException)
        {
            throw;
        }
        catch (Exception e)
        {
            // A corrupt file makes the reader fail in any way.
            throw new DataException($"{path}: cannot be read as Parquet: {e.Message.ReplaceLineEndings(" ")} If other programs can read "
                + "it, write it again without their extensions; else copy it again.", e);
        }

        async Task<TResult> Reading()
        {
            ParquetReader reader = await ParquetReader.CreateAsync(stream).ConfigureAwait(false);
            await using (reader.ConfigureAwait(false))
            {
                return await read(reader).ConfigureAwait(false);
            }
        }
    }
}
