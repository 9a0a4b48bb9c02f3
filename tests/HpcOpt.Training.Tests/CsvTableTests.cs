using CsCheck;

namespace HpcOpt.Training.Tests;

public class CsvTableTests
{
    [Fact]
    public void The_mean_is_the_mean() => Gen.Int[-1000, 1000].Array[1, 50].Sample(values =>
        Math.Abs(CsvTable.Mean(new StringReader("y\n" + string.Join('\n', values)), "y") - values.Average()) < 1e-9);
}
