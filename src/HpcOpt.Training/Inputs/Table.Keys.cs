using System.Globalization;

namespace HpcOpt.Training;

public abstract partial class Table
{
    /// <summary>For each row a number, the same where the column's cells are: 0, 1, … in the order of their first rows.</summary>
    /// <param name="column">A column of numbers or text: a name, else <c>last</c>, else a number from 1.</param>
    /// <exception cref="DataException">There is no such column.</exception>
    public int[] Keys(string column)
    {
        ArgumentNullException.ThrowIfNull(column);
        Dictionary<string, int> numbers = new(StringComparer.Ordinal);
        return [.. Find(column, "key").Texts(File).Select(
            text => numbers.TryGetValue(text, out int number) ? number : numbers[text] = numbers.Count)];
    }

    /// <summary>For each row the rank of its period among all periods: 0, 1, ….</summary>
    /// <param name="column">A column of numbers, such as the year: a name, else <c>last</c>, else a number from 1.</param>
    /// <exception cref="DataException">There is no such column, a cell is not a number, or the periods do not ascend. In a panel they
    /// ascend for each unit, whose rows follow one another: where time falls, it falls to where the unit before began, or to an earlier
    /// period.</exception>
    public int[] Periods(string column)
    {
        ArgumentNullException.ThrowIfNull(column);
        TableColumn found = Find(column, "time");
        IReadOnlyList<double> times = found.Numbers(File);
        double first = times[0];
        for (int i = 1; i < times.Count; i++)
        {
            if (times[i] < times[i - 1])
            {
                first = times[i] <= first ? times[i] : throw new DataException(string.Create(CultureInfo.InvariantCulture,
                    $"{File}, {Where(i)}, column '{found.Name}': time falls from {TargetCheck.Text(times[i - 1])} to "
                        + $"{TargetCheck.Text(times[i])}; expected rows sorted by '{found.Name}', "
                        + $"or in a panel by unit and '{found.Name}'; sort the file."));
            }
        }

        double[] periods = [.. times.Distinct().Order()];
        return [.. times.Select(time => Array.BinarySearch(periods, time))];
    }
}
