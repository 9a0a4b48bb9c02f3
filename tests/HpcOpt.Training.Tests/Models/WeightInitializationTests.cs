namespace HpcOpt.Training.Tests.Models;

public sealed class WeightInitializationTests
{
    [Fact]
    public void He_is_normal_with_variance_two_over_the_inputs()
    {
        double[] weights = Draw(Initialization.He);
        Moments(weights, variance: 2.0 / 400, kurtosis: 3);

        // Neighbours are the sine and the cosine of one angle, and independent all the same.
        var neighbours = weights.Where((_, i) => i % 2 == 0).Zip(weights.Where((_, i) => i % 2 == 1));
        double covariance = neighbours.Average(pair => pair.First * pair.Second);
        Assert.Equal(0, covariance, tolerance: 5 * (2.0 / 400) / Math.Sqrt(weights.Length / 2));
    }

    [Fact]
    public void Glorot_is_uniform_with_variance_two_over_inputs_and_outputs()
    {
        double[] weights = Draw(Initialization.Glorot);
        Moments(weights, variance: 2.0 / 700, kurtosis: 9 / 5.0);
        double bound = Math.Sqrt(6.0 / 700);
        Assert.All(weights, w => Assert.InRange(w, -bound, bound));
        Assert.InRange(weights.Max(), 0.99 * bound, bound);
    }

    [Fact]
    public void Defaults_follow_the_activation_and_intercepts_are_zero()
    {
        foreach ((Activation activation, Initialization initialization) in ((Activation, Initialization)[])
            [(Activation.Relu, Initialization.He), (Activation.Gelu, Initialization.He), (Activation.Tanh, Initialization.Glorot)])
        {
            float[] defaults = Initial(new() { Hidden = [9], Activation = activation, Seed = 5 });
            Assert.Equal(Initial(new() { Hidden = [9], Activation = activation, Initialization = initialization, Seed = 5 }), defaults);
            Assert.NotEqual(Initial(new() { Hidden = [9], Activation = activation, Seed = 6 }), defaults);
            Assert.All(defaults[45..54], b => Assert.Equal(0, b)); // 5 × 9 weights, 9 intercepts
            Assert.DoesNotContain(0, defaults[..45]);
            Assert.NotEqual(defaults[..9], defaults[54..63]);
        }
    }

    private static float[] Initial(MultilayerPerceptronOptions options)
    {
        MultilayerPerceptron<float> model = new(TestData.Random<float>(9, 5, classes: 4), options);
        float[] parameters = [.. Enumerable.Repeat(7f, model.ParameterCount)];
        model.Initialize(parameters);
        return parameters;
    }

    private static double[] Draw(Initialization initialization)
    {
        double[] weights = new double[400 * 300];
        WeightInitialization.Fill<double>(weights, initialization, inputs: 400, outputs: 300, seed: 11, layer: 2);
        return weights;
    }

    // Within five standard errors.
    private static void Moments(double[] weights, double variance, double kurtosis)
    {
        double n = weights.Length;
        Assert.Equal(0, weights.Average(), tolerance: 5 * Math.Sqrt(variance / n));
        Assert.Equal(1, weights.Average(w => w * w) / variance, tolerance: 5 * Math.Sqrt((kurtosis - 1) / n));
        Assert.Equal(kurtosis, weights.Average(w => w * w * w * w) / (variance * variance), tolerance: 5 * Math.Sqrt(105 / n));
    }
}
