namespace HpcOpt.Tests;

public class GradientAccumulatorTests
{
    [Theory, InlineData(GradientReduction.Mean), InlineData(GradientReduction.Sum)]
    public void A_step_sees_the_micro_batches_as_one(GradientReduction reduction)
    {
        const int Length = 1003;
        foreach (ExecutionPath path in ExecutionPath.Supported)
        {
            var execution = TestData.Forced(path, 3);
            using var accumulator = new GradientAccumulator<float>(Length, reduction, execution);
            using Optimizer<float> accumulated = Optimizer<float>.Create(Length, new Adam(), execution);
            using Optimizer<float> whole = Optimizer<float>.Create(Length, new Adam(), TestData.Plain);
            float[] expected = TestData.Numbers<float>(Length, 0);
            float[] theta = [.. expected];

            // The second round begins on what the first left behind.
            for (int step = 0; step < 3; step++)
            {
                float[][] batches = [.. Enumerable.Range(0, step + 1).Select(k => TestData.Numbers<float>(Length, (10 * step) + k))];
                foreach (float[] batch in batches)
                    accumulator.Add(batch);
                Assert.Equal(step + 1, accumulator.Count);
                accumulated.Step(theta, accumulator);
                Assert.Equal(0, accumulator.Count);

                float scale = reduction == GradientReduction.Mean ? (float)(1.0 / batches.Length) : 1;
                whole.Step(expected,
                    Enumerable.Range(0, Length).Select(i => scale * batches.Select(b => b[i]).Aggregate((x, y) => x + y)).ToArray());
                Assert.Equal(expected, theta);
            }
        }
    }

    [Fact]
    public void Nothing_of_a_forgotten_batch_remains()
    {
        using var accumulator = new GradientAccumulator<double>(2, GradientReduction.Sum);
        accumulator.Add((double[])[double.NaN, double.PositiveInfinity]);
        accumulator.Clear();
        accumulator.Add((double[])[1, 2]);
        using Optimizer<double> descent = Optimizer<double>.Create(2, new Sgd { LearningRate = 1 });
        double[] theta = [0, 0];
        descent.Step(theta, accumulator);
        Assert.Equal([-1.0, -2.0], theta);
    }

    [Fact]
    public unsafe void Bad_input_is_an_error_and_changes_nothing()
    {
        using var accumulator = new GradientAccumulator<float>(4);
        using Optimizer<float> optimizer = Optimizer<float>.Create(4, new Sgd());
        float[] theta = [1, 2, 3, 4];
        Assert.StartsWith(
            "The accumulator is empty", Assert.Throws<InvalidOperationException>(() => optimizer.Step(theta, accumulator)).Message);
        Assert.StartsWith(
            "gradient has 5 elements; expected 4.", Assert.Throws<ArgumentException>(() => accumulator.Add(new float[5])).Message);
        Assert.Throws<ArgumentNullException>(() => accumulator.Add((NativeVector<float>)null!));
        using var longer = new GradientAccumulator<float>(5);
        Assert.Throws<ArgumentException>(() => optimizer.Step(theta, longer));
        Assert.Equal(0, accumulator.Count);
        Assert.Equal(0, optimizer.StepCount);
        Assert.Equal([1f, 2f, 3f, 4f], theta);
        accumulator.Dispose();
        Assert.Throws<ObjectDisposedException>(() => accumulator.Add(new float[4]));
    }
}
