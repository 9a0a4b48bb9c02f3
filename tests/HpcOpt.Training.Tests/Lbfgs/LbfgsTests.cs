using CsCheck;

namespace HpcOpt.Training.Tests;

/// <summary>Known minima, and the conditions of every step.</summary>
public sealed class LbfgsTests
{
    internal static readonly Lbfgs Tight = new() { GradientTolerance = 1e-9 };

    [Theory]
    [InlineData(-1.2, 1)]
    [InlineData(3, -5)]
    [InlineData(-100, 100)]
    public void Rosenbrock_is_minimized(double x, double y)
    {
        double[] theta = [x, y];
        TrainingResult result = Tight.Minimize(Rosenbrock(2), theta);
        Assert.Equal(StopReason.GradientTolerance, result.Stop);
        Assert.All(theta, value => Assert.Equal(1, value, tolerance: 1e-8));
        Assert.InRange(result.Evaluations!.Value, 10, 250);
        Assert.Equal((int)result.Steps, result.History[^1].Step);
        Assert.Equal(result.TrainLoss, result.History[^1].Loss);
    }

    [Fact]
    public void Long_Rosenbrock_is_minimized_in_both_precisions()
    {
        double[] theta = [.. Enumerable.Repeat(-1.2, 1001)];
        Assert.Equal(StopReason.GradientTolerance, (Tight with { MaxIterations = 10_000 }).Minimize(Rosenbrock(theta.Length), theta).Stop);
        float[] single = [-1.2f, 1];
        FunctionObjective<float> rounded = new(2, (at, gradient) =>
        {
            double[] exact = new double[2];
            double loss = Valley([at[0], at[1]], exact);
            (gradient[0], gradient[1]) = ((float)exact[0], (float)exact[1]);
            return loss;
        });
        (Tight with { GradientTolerance = 1e-4 }).Minimize(rounded, single);
        Assert.All(single, value => Assert.Equal(1, value, tolerance: 1e-3f));
    }

    [Theory]
    [InlineData("bowl")]
    [InlineData("three valleys")]
    public void The_functions_of_the_chapter_are_minimized(string name)
    {
        double[] theta = [-2.5, 4], gradient = new double[2];
        IModel<double> model = ModelTable.Create<double>(name);
        TrainingResult result = Tight.Minimize(model, theta);
        Assert.Equal(StopReason.GradientTolerance, result.Stop);
        Assert.InRange((int)result.Steps, 1, 30);
        Assert.Equal(result.TrainLoss, model.Gradient(theta, [0], gradient));
        Assert.True(gradient.All(g => Math.Abs(g) < 1e-9));
    }

    // Quadratics ½(θ - c)ᵀ(AAᵀ + dI)(θ - c) of any condition, and the same with ripples, which are not convex.
    [Fact]
    public void Every_step_meets_the_strong_Wolfe_conditions() => (
        from n in Gen.Int[1, 6]
        from a in Gen.Double[-1, 1].Array[n * n]
        from start in Gen.Double[-5, 5].Array[n]
        from scale in Gen.Double[-3, 4]
        from ripple in Gen.OneOf(Gen.Const(0.0), Gen.Double[0, 2])
        from c1 in Gen.OneOf(Gen.Const(1e-4), Gen.Double[0.01, 0.45])
        from c2 in Gen.Double[0.5, 0.95]
        select (a, start, scale, ripple, c1, c2)).Sample(
        input =>
        {
            int n = input.start.Length;
            double strength = Math.Pow(10, input.scale);
            List<(double[] Point, double Loss, double[] Gradient)> seen = [];
            FunctionObjective<double> model = new(n, (theta, gradient) =>
            {
                double loss = 0;
                gradient.Clear();
                for (int i = 0; i < n; i++)
                {
                    double dot = 0;
                    for (int j = 0; j < n; j++)
                    {
                        dot += input.a[i * n + j] * theta[j];
                    }

                    loss += 0.5 * strength * dot * dot + 0.005 * theta[i] * theta[i] + input.ripple * (1 - Math.Cos(3 * theta[i]));
                    gradient[i] += 0.01 * theta[i] + 3 * input.ripple * Math.Sin(3 * theta[i]);
                    for (int j = 0; j < n; j++)
                    {
                        gradient[j] += strength * dot * input.a[i * n + j];
                    }
                }

                seen.Add(([.. theta], loss, [.. gradient]));
                return loss;
            });
            double[] parameters = [.. input.start];
            TrainingResult result = (Tight with { SufficientDecrease = input.c1, Curvature = input.c2 }).Minimize(model, parameters);
            (double[] Point, double Loss, double[] Gradient) from = seen[0];
            foreach (EpochRecord step in result.History)
            {
                (double[] Point, double Loss, double[] Gradient) to = seen[step.Evaluations!.Value - 1];
                Assert.Equal(to.Loss, step.Loss);
                double[] p = [.. to.Point.Zip(from.Point, (b, a) => (b - a) / step.LearningRate)];
                double before = Dot(from.Gradient, p), after = Dot(to.Gradient, p), rounding = 1e-13 * (Math.Abs(from.Loss) + input.ripple);
                Assert.True(before < rounding, $"no descent: {before}");
                Assert.True(to.Loss <= from.Loss + input.c1 * step.LearningRate * before + rounding, $"loss {from.Loss} to {to.Loss}");

                // The difference of two points knows p up to their rounding.
                double blur = 1e-15 * (Norm(from.Point) + Norm(to.Point)) / step.LearningRate * (Norm(from.Gradient) + Norm(to.Gradient));
                Assert.True(Math.Abs(after) <= input.c2 * Math.Abs(before) + blur, $"slope {before} to {after}");
                from = to;
            }

            Assert.True(result.TrainLoss <= seen[0].Loss);
            Assert.True(result.Stop is StopReason.GradientTolerance or StopReason.LineSearch, $"{result.Stop}");

            // Near 0, 1 - cos is known to 1e-16 only, and slopes of its square root to 1e-8.
            Assert.True(
                result.GradientNorm <= (result.Stop == StopReason.GradientTolerance ? 1e-9 : 1e-6 * (1 + strength)),
                $"gradient {result.GradientNorm}, {result.Stop}");
        },
        iter: 2000);

    [Fact]
    public void Two_runs_give_the_same_bits()
    {
        Assert.Equal(Run(), Run());

        static double[] Run()
        {
            double[] theta = new double[ModelTable.Create<double>("softmax, 20 classes").ParameterCount];
            new Lbfgs { MaxIterations = 30 }.Minimize(ModelTable.Create<double>("softmax, 20 classes"), theta);
            return theta;
        }
    }

    [Fact]
    public void A_wide_sum_is_that_of_the_exact_products()
    {
        for (int length = 0; length < 70; length++)
        {
            float[] a = TestData.Uniform<float>(length, stream: 1), b = TestData.Uniform<float>(length, stream: 2);
            Assert.Equal(a.Zip(b, (x, y) => (double)x * y).Sum(), FixedShape.WideDot<float>(a, b), tolerance: 1e-14);
        }
    }

    internal static FunctionObjective<double> Rosenbrock(int n) => new(n, Valley);

    // Σ 100(x_{i+1} - x_i²)² + (1 - x_i)²
    private static double Valley(ReadOnlySpan<double> x, Span<double> gradient)
    {
        double loss = 0;
        gradient.Clear();
        for (int i = 0; i + 1 < x.Length; i++)
        {
            double off = x[i + 1] - x[i] * x[i], left = 1 - x[i];
            loss += 100 * off * off + left * left;
            gradient[i] += -400 * off * x[i] - 2 * left;
            gradient[i + 1] += 200 * off;
        }

        return loss;
    }

    private static double Dot(double[] a, double[] b) => a.Zip(b, (x, y) => x * y).Sum();

    private static double Norm(double[] a) => Math.Sqrt(Dot(a, a));
}
