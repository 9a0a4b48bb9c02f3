using System.Numerics.Tensors;

namespace HpcOpt.Tensors.Tests;

public class TensorOperandsTests
{
    [Fact]
    public void A_step_on_tensors_is_that_on_their_numbers()
    {
        float[] theta = [.. Enumerable.Range(0, 12).Select(i => i / 7f)], gradient = [.. theta.Select(x => x - 1)], expected = [.. theta];
        TensorSpan<float> weights = new(theta, [3, 4]);
        ReadOnlyTensorSpan<float> slope = new(gradient, [3, 4]);
        using Optimizer<float> ofTensors = Optimizer<float>.Create(12, new AdamW()), ofArrays = Optimizer<float>.Create(12, new AdamW());
        for (int t = 0; t < 3; t++)
        {
            ofTensors.Step(weights.AsOperand(), slope.AsOperand());
            ofArrays.Step(expected, gradient);
        }

        Assert.Equal(expected, theta);
    }

    [Fact]
    public void What_is_not_dense_or_only_to_be_read_is_refused_and_nothing_is_written()
    {
        double[] theta = [1, 2, 3, 4];
        using Optimizer<double> sgd = Optimizer<double>.Create(2, new Sgd());
        Assert.StartsWith(
            "The tensor has gaps",
            Assert.Throws<ArgumentException>(() => sgd.Step(new TensorSpan<double>(theta, [2], [2]).AsOperand(), new double[2])).Message);
        Assert.StartsWith(
            "parameters is memory that may only be read",
            Assert.Throws<ArgumentException>(() => sgd.Step(new ReadOnlyTensorSpan<double>(theta, [2]).AsOperand(), new double[2]))
                .Message);
        Assert.Equal([1, 2, 3, 4], theta);
    }
}
