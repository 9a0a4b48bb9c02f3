namespace HpcOpt.Training.Tests;

public sealed class StandardizerTests
{
    [Fact]
    public void Training_columns_get_mean_zero_and_deviation_one()
    {
        DataSet<double> raw = TestData.Table("spector.csv").ToDataSet("GRADE", TargetKind.ZeroOne);
        DataSet<double> data = new Standardizer(raw).Transform<double>(raw);
        for (int j = 0; j < data.FeatureCount; j++)
        {
            double[] column = [.. Enumerable.Range(0, data.RowCount).Select(i => data.Row(i)[j])];
            Assert.Equal(0, column.Average(), tolerance: 1e-14);
            Assert.Equal(1, column.Average(z => z * z), tolerance: 1e-14);
        }

        Assert.Equal(raw.Targets.ToArray(), data.Targets.ToArray());
    }

    [Fact]
    public void Test_rows_use_the_training_rows_moments()
    {
        Standardizer standardizer = new(new DataSet<double>([1, 3], [10, 30], ["x"]));
        DataSet<float> test = standardizer.Transform<float>(new DataSet<double>([4], [20], ["x"]));
        Assert.Equal(2f, test.Row(0)[0]);
        Assert.Equal(0f, test.Targets[0]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Mapped_coefficients_give_the_same_fit(bool classes)
    {
        DataSet<double> raw = classes
            ? TestData.Table("spector.csv").ToDataSet("GRADE", TargetKind.ZeroOne)
            : TestData.Table("grunfeld.csv").ToDataSet("invest", TargetKind.Value, ["value", "capital", "year"]);
        Standardizer standardizer = new(raw);
        DataSet<double> data = standardizer.Transform<double>(raw);
        double[] parameters = TestData.Uniform<double>(raw.FeatureCount + 1, stream: 6);
        IReadOnlyDictionary<string, double> coefficients = standardizer.Coefficients<double>(parameters);
        Assert.Equal(["const", .. raw.FeatureNames], coefficients.Keys);
        double mean = raw.Targets.ToArray().Average(), deviation = Math.Sqrt(raw.Targets.ToArray().Average(y => (y - mean) * (y - mean)));
        for (int i = 0; i < raw.RowCount; i++)
        {
            double standard = parameters[^1], original = coefficients["const"];
            for (int j = 0; j < raw.FeatureCount; j++)
            {
                standard += parameters[j] * data.Row(i)[j];
                original += coefficients[raw.FeatureNames[j]] * raw.Row(i)[j];
            }

            Assert.Equal(classes ? standard : standard * deviation + mean, original, tolerance: 1e-9 * Math.Max(1, Math.Abs(original)));
        }
    }

    // The mean of many 0.1 is not 0.1 in floating point; a deviation of rounding errors would blow the column up.
    [Fact]
    public void A_constant_column_becomes_zero()
    {
        DataSet<double> raw = new([.. Enumerable.Repeat(0.1, 1000)], [.. Enumerable.Range(0, 1000).Select(i => (double)i)], ["x"]);
        Standardizer standardizer = new(raw);
        DataSet<double> data = standardizer.Transform<double>(raw);
        Assert.All(Enumerable.Range(0, 1000), i => Assert.Equal(0, data.Row(i)[0]));
        Assert.Equal(499.5, standardizer.Coefficients<double>([0, 0])["const"], tolerance: 1e-12);
    }

    [Fact]
    public void What_cannot_be_standardised_is_refused()
    {
        Assert.Contains("column 'x'", Assert.Throws<DataException>(
            () => new Standardizer(new DataSet<double>([1e200, -1e200], [1, 2], ["x"]))).Message, StringComparison.Ordinal);
        Assert.Contains("column 'x'", Assert.Throws<DataException>(
            () => new Standardizer(new DataSet<double>([1e-200, -1e-200], [1, 2], ["x"]))).Message, StringComparison.Ordinal);
        Standardizer standardizer = new(new DataSet<double>([1, 3], [10, 30], ["x"]));
        Assert.Contains("1E+39", Assert.Throws<DataException>(
            () => standardizer.Transform<float>(new DataSet<double>([1e39], [20], ["x"]))).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>("data", () => standardizer.Transform<float>(new DataSet<double>([1], [20], ["z"])));
        Assert.Throws<ArgumentException>("parameters", () => standardizer.Coefficients<double>([1, 2, 3]));
    }
}
