namespace HpcOpt.Training.Tests.Models;

public sealed class DropoutTests
{
    private const int Units = 1001;

    [Theory]
    [InlineData(0.1)]
    [InlineData(0.5)]
    [InlineData(0.9)]
    public void A_mask_drops_its_share_and_keeps_the_mean(double probability)
    {
        float[] mask = Mask(probability, step: 3, layer: 1, position: 0, rows: 200);
        float kept = (float)(1 / (1 - probability));
        Assert.All(mask, factor => Assert.True(factor == 0 || factor == kept));

        // Five standard deviations of the share of zeros.
        double deviation = Math.Sqrt(probability * (1 - probability) / mask.Length);
        Assert.Equal(probability, mask.Count(factor => factor == 0) / (double)mask.Length, tolerance: 5 * deviation);
        Assert.Equal(1, mask.Average(), tolerance: 5 * deviation * kept);
    }

    [Fact]
    public void Steps_layers_rows_and_seeds_have_masks_of_their_own()
    {
        float[] mask = Mask(0.5, step: 0, layer: 0, position: 0);
        Assert.Equal(mask, Mask(0.5, step: 0, layer: 0, position: 0));
        foreach (float[] other in (float[][])[Mask(0.5, 1, 0, 0), Mask(0.5, 0, 1, 0), Mask(0.5, 0, 0, 1), Mask(0.5, 0, 0, 0, seed: 8)])
        {
            Assert.InRange(mask.Zip(other).Count(pair => pair.First == pair.Second), Units * 0.42, Units * 0.58);
        }
    }

    [Fact]
    public void A_unit_has_its_mask_wherever_a_row_is_cut()
    {
        Dropout<float> dropout = new(0.5, seed: 7);
        float[] expected = Mask(0.5, step: 2, layer: 1, position: 6), part = new float[300];
        dropout.Fill(part, step: 2, layer: 1, position: 6, Units, start: 256);
        Assert.Equal(expected[256..556], part);
    }

    [Fact]
    public void Gradients_drop_and_evaluation_does_not()
    {
        DataSet<double> data = TestData.Random<double>(20, 4, classes: 3);
        MultilayerPerceptron<double> with = new(data, new() { Hidden = [32], Dropout = 0.5 }), without = new(data, new() { Hidden = [32] });
        double[] parameters = TestData.Uniform<double>(with.ParameterCount, stream: 5), first = new double[parameters.Length],
            second = new double[parameters.Length];
        int[] rows = [.. Enumerable.Range(0, 20)];
        Assert.Equal(without.Loss(parameters), with.Loss(parameters));
        Assert.Equal(without.Accuracy(parameters), with.Accuracy(parameters));
        Assert.Equal(without.Predict(parameters, 3), with.Predict(parameters, 3));
        Assert.Equal(0, with.DropoutStep);
        Assert.NotEqual(with.Gradient(parameters, rows, first), with.Gradient(parameters, rows, second));
        Assert.Equal(2, with.DropoutStep);
        Assert.NotEqual(first, second);
        with.DropoutStep = 0;
        with.Gradient(parameters, rows, second);
        Assert.Equal(first, second);
    }

    private static float[] Mask(double probability, long step, int layer, int position, int rows = 1, ulong seed = 7)
    {
        Dropout<float> dropout = new(probability, seed);
        float[] mask = new float[rows * Units];
        for (int row = 0; row < rows; row++)
        {
            dropout.Fill(mask.AsSpan(row * Units, Units), step, layer, position + row, Units, start: 0);
        }

        return mask;
    }
}
