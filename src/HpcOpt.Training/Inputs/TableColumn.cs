namespace HpcOpt.Training;

/// <summary>One column of a <see cref="Table"/>. It may hold text; the error comes when numbers are asked of it.</summary>
internal abstract class TableColumn(string name)
{
    public string Name { get; } = name;

    /// <summary>The numbers, one per row.</summary>
    /// <exception cref="DataException">A cell is not a finite number.</exception>
    public abstract IReadOnlyList<double> Numbers(string file);

    /// <summary>The cells as text, one per row; equal numbers have equal texts.</summary>
    /// <exception cref="DataException">The cells cannot be read.</exception>
    public abstract IEnumerable<string> Texts(string file);
}
