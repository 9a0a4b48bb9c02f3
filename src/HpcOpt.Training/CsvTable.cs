using Sylvan.Data.Csv;

namespace HpcOpt.Training;

/// <summary>Placeholder: a table of numbers.</summary>
public static class CsvTable
{
    /// <summary>The mean of one column of a CSV text with a header.</summary>
    /// <param name="text">The CSV text.</param>
    /// <param name="column">The name of the column.</param>
    public static double Mean(TextReader text, string column)
    {
        using CsvDataReader reader = CsvDataReader.Create(text);
        int index = reader.GetOrdinal(column);
        double mean = 0;
        for (int n = 1; reader.Read(); n++)
        {
            double[] row = [mean];
            Descent.Step(row, [mean - reader.GetDouble(index)], 1.0 / n);
            mean = row[0];
        }
        return mean;
    }
}
