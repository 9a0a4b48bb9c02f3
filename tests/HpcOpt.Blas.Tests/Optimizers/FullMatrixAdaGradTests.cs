namespace HpcOpt.Blas.Tests;

public class FullMatrixAdaGradTests
{
    [Fact]
    public void Of_one_gradient_it_is_a_step_of_length_eta_along_it()
    {
        // G = ggᵀ has the eigenvalue ‖g‖² for g: (G + εI)^(-1/2)g = g/√(‖g‖² + ε).
        double[] theta = [1, 1, 1];
        using Optimizer<double> optimizer = new FullMatrixAdaGrad { LearningRate = 0.5, Epsilon = 1e-6 }.CreateOptimizer<double>(
            ParameterLayout.Pack(("theta", [3])));
        optimizer.Step(theta, (double[])[3, 0, -4]);
        Assert.Equal([0.7, 1, 1.4], theta.Select(x => Math.Round(x, 7)));
    }

    [Fact]
    public void Gradients_along_the_axes_give_the_diagonal_form()
    {
        double[] full = [1, 2], diagonal = [1, 2];
        using Optimizer<double> optimizer = new FullMatrixAdaGrad { Epsilon = 1e-6 }.CreateOptimizer<double>(
            ParameterLayout.Pack(("x", [1]), ("y", [1])));
        using Optimizer<double> adaGrad = Optimizer<double>.Create(2, new AdaGrad { Epsilon = 1e-6, EpsilonInsideRoot = true });
        foreach (double[] gradient in (double[][])[[2, 0], [0, -1], [1, 0], [0, 3]])
        {
            optimizer.Step(full, gradient);
            adaGrad.Step(diagonal, gradient);
        }

        Assert.All(full.Zip(diagonal), pair => Assert.Equal(pair.Second, pair.First, 1e-14));
    }

    [Fact]
    public void In_float_the_matrix_is_kept_as_the_sum_of_two()
    {
        using Optimizer<float> optimizer = new FullMatrixAdaGrad().CreateOptimizer<float>(ParameterLayout.Pack(("theta", [2])));
        Assert.Equal(["G", "GLow"], optimizer.State.Select(vector => vector.Name));
        optimizer.Step(new float[2], (float[])[4097, 1]);
        Assert.Equal(4097.0 * 4097, (double)optimizer.State[0].AsSpan<float>()[0] + optimizer.State[1].AsSpan<float>()[0]);
        Assert.NotEqual(0, optimizer.State[1].AsSpan<float>()[0]);
    }

    [Fact]
    public void Too_many_parameters_are_an_error_that_names_the_memory()
    {
        string error = Assert.Throws<ArgumentException>(
            () => new FullMatrixAdaGrad().CreateOptimizer<float>(ParameterLayout.Pack(("w", [1000, 1000])))).Message;
        Assert.Contains("has 1000000 parameters", error, StringComparison.Ordinal);
        Assert.Contains("1.6E+04 GB. Expected at most 4096; use adagrad", error, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => new FullMatrixAdaGrad { Epsilon = 0 });
    }
}
