namespace HpcOpt.Tests;

/// <summary>What a catalogue is made of: descriptions, configurations, ranges.</summary>
public class CatalogueTests
{
    [Fact]
    public void A_catalogue_of_ones_own_has_the_rule_of_CONTRIBUTING_beside_those_of_the_core()
    {
        OptimizerDescription described = OptimizerDescription.Of(SoftSign.Hyperparameters, "Soft sign descent");
        OptimizerCatalogue own = new([.. OptimizerCatalogue.Core.Optimizers, described]);
        Assert.Equal(OptimizerCatalogue.Core.Names.Append("softsign").Order(StringComparer.Ordinal), own.Names);
        Assert.DoesNotContain("softsign", OptimizerCatalogue.Core.Names);
        OptimizerConfiguration softSign = own["softsign"].Create();
        softSign.Set("beta", "0.5");
        Assert.Equal(new SoftSign { Beta = 0.5 }, ((OptimizerConfiguration<SoftSign>)softSign).Rule);
        ArgumentException error = Assert.Throws<ArgumentException>(() => new OptimizerCatalogue([.. own.Optimizers, described]));
        Assert.StartsWith("Two optimizers are called 'softsign'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_rule_without_a_table_has_its_learning_rate()
    {
        var plain = OptimizerDescription.Of<SoftSign>([], "Soft sign descent");
        Assert.Equal(["learning-rate"], plain.Hyperparameters.Select(hyperparameter => hyperparameter.Name));
        OptimizerConfiguration configuration = plain.Create();
        configuration.Set("learning-rate", 0.25);
        Assert.Equal(0.25, configuration.LearningRate);
        using Optimizer<float> optimizer = configuration.CreateOptimizer<float>(3);
        Assert.Equal(0.25, optimizer.LearningRate);
    }

    [Fact]
    public void A_table_that_lists_a_name_twice_is_refused()
    {
        Hyperparameter<SoftSign>[] table = [.. SoftSign.Hyperparameters, SoftSign.Hyperparameters[0]];
        ArgumentException error = Assert.Throws<ArgumentException>(() => OptimizerDescription.Of(table, "Soft sign descent"));
        Assert.StartsWith("softsign has two hyperparameters 'beta'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_state_is_that_of_the_hyperparameters()
    {
        OptimizerConfiguration adam = OptimizerCatalogue.Core["adam"].Create();
        Assert.Equal(["m", "v"], adam.State.Select(vector => vector.Name));
        adam.Set("ams-grad", true);
        Assert.Equal(["m", "v", "vMax"], adam.State.Select(vector => vector.Name));
        Assert.Equal(["m", "v"], adam.Description.State.Select(vector => vector.Name));
    }

    [Fact]
    public void Ranges_speak_mathematics_and_English()
    {
        (string, string, Interval)[] expected =
        [
            ("(-∞, ∞)", "a finite number", Interval.Finite),
            ("[0, ∞)", "a finite number of at least 0", Interval.NotNegative),
            ("(0, ∞)", "a finite number greater than 0", Interval.Positive),
            ("(1, ∞)", "a finite number greater than 1", Interval.MoreThanOne),
            ("[0, 1)", "at least 0 and less than 1", Interval.Fraction),
            ("(0, 1)", "more than 0 and less than 1", Interval.OpenFraction),
            ("[0, 1]", "at least 0 and at most 1", Interval.Share),
            ("(-∞, 2.5]", "a finite number of at most 2.5", new Interval(double.NegativeInfinity, 2.5, includesLower: false)),
        ];
        Assert.All(expected, row => Assert.Equal((row.Item1, row.Item2), (row.Item3.ToString(), row.Item3.Words)));
    }

    [Theory]
    [InlineData(1, 0, false, false)]
    [InlineData(1, 1, true, false)]
    [InlineData(0, double.NaN, true, true)]
    [InlineData(0, double.PositiveInfinity, true, true)]
    [InlineData(double.NegativeInfinity, 0, true, true)]
    public void A_range_without_numbers_or_with_an_infinite_one_is_refused(
        double lower, double upper, bool includesLower, bool includesUpper) =>
        Assert.Throws<ArgumentException>(() => new Interval(lower, upper, includesLower, includesUpper));
}
