using System.Numerics;
using CsCheck;

namespace HpcOpt.Training.Tests;

/// <summary>Known minima, the conditions of every step, ends, and what is refused.</summary>
public sealed class LbfgsTests
{
    private static readonly Lbfgs Tight = new() { GradientTolerance = 1e-9 };

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
    public void A_loss_that_ends_at_a_wall_is_handled()
    {
        // θ - ln θ: not defined below 0, where the first steps land.
        FunctionObjective<double> model = new(1, (theta, gradient) =>
        {
            gradient[0] = 1 - 1 / theta[0];
            return theta[0] - Math.Log(theta[0]);
        });
        double[] parameters = [30];
        Assert.Equal(StopReason.GradientTolerance, Tight.Minimize(model, parameters).Stop);
        Assert.Equal(1, parameters[0], tolerance: 1e-8);
    }

    [Fact]
    public void A_wrong_gradient_returns_the_best_point_with_the_reason()
    {
        FunctionObjective<double> uphill = new(2, (theta, gradient) =>
        {
            (gradient[0], gradient[1]) = (-2 * theta[0], -2 * theta[1]);
            return theta[0] * theta[0] + theta[1] * theta[1];
        });
        double[] parameters = [1, 2];
        TrainingResult result = Tight.Minimize(uphill, parameters);
        Assert.Equal(StopReason.LineSearch, result.Stop);
        Assert.Equal([1, 2], parameters);
        Assert.Equal((5, 0L, 0), (result.TrainLoss, result.Steps, result.Epochs));
    }

    [Fact]
    public void A_kink_returns_the_lowest_point_seen()
    {
        double least = double.PositiveInfinity;
        FunctionObjective<double> kink = new(1, (theta, gradient) =>
        {
            gradient[0] = Math.Sign(theta[0] - 0.3);
            least = Math.Min(least, Math.Abs(theta[0] - 0.3));
            return Math.Abs(theta[0] - 0.3);
        });
        double[] parameters = [5];
        TrainingResult result = Tight.Minimize(kink, parameters);
        Assert.Equal(StopReason.LineSearch, result.Stop);
        Assert.Equal(least, result.TrainLoss);
        Assert.Equal(least, Math.Abs(parameters[0] - 0.3));
        Assert.InRange(least, 0, 0.1);
    }

    [Theory]
    [InlineData(StopReason.TargetLoss)]
    [InlineData(StopReason.ParameterTolerance)]
    [InlineData(StopReason.MaxSteps)]
    [InlineData(StopReason.Canceled)]
    [InlineData(StopReason.LineSearch)]
    public void A_run_ends_for_the_reason_asked_for(StopReason reason)
    {
        Lbfgs options = reason switch
        {
            StopReason.TargetLoss => Tight with { TargetLoss = 0.5 },
            StopReason.ParameterTolerance => Tight with { ParameterTolerance = 0.01 },
            StopReason.MaxSteps => Tight with { MaxIterations = 3 },
            StopReason.LineSearch => Tight with { GradientTolerance = 0 },
            _ => Tight,
        };
        using CancellationTokenSource source = new();
        double[] theta = [.. Enumerable.Repeat(0.5, 18)];
        IModel<double> model = reason == StopReason.LineSearch ? ModelTable.Create<double>("linear, 37 features") : Rosenbrock(18);
        theta = [.. theta, .. new double[model.ParameterCount - 18]];
        double initial = model.Loss(theta);
        TrainingResult result = options.Minimize(
            model,
            theta,
            progress =>
            {
                Assert.Equal(progress.Loss, model.Loss(theta), tolerance: 1e-12 * initial); // the caller's parameters follow
                if (reason == StopReason.Canceled && progress.Step == 2)
                {
                    source.Cancel();
                }
            },
            source.Token);
        Assert.Equal(reason, result.Stop);
        Assert.Equal(result.TrainLoss, model.Loss(theta), tolerance: 1e-12 * initial);
        Assert.True(result.TrainLoss <= initial);
        Assert.True(result.OptimizerSeconds <= result.Seconds);
    }

    [Fact]
    public void What_cannot_start_is_refused_and_left_as_it_is()
    {
        FunctionObjective<double> bad = new(2, (theta, gradient) =>
        {
            (gradient[0], gradient[1]) = (theta[0], theta[1]);
            return theta[0] < 0 ? double.NaN : 1;
        });
        Check([-1, 0], "loss at the start is NaN", "finite", "rescale");
        Check([1, double.PositiveInfinity], "gradient at the start is Infinity in parameter 1", "finite");
        Check([1e200, 1e200], "gradient at the start is too long for a double");
        Assert.Throws<ArgumentException>("parameters", () => Tight.Minimize(bad, new double[3]));
        Assert.Throws<ArgumentException>("model", () => Tight.Minimize(new LinearRegression<double>(new([], [], ["x"])), new double[2]));
        Assert.Throws<ArgumentOutOfRangeException>("Memory", () => Tight with { Memory = 0 });
        Assert.Throws<ArgumentOutOfRangeException>("MaxIterations", () => Tight with { MaxIterations = 0 });
        Assert.Throws<ArgumentOutOfRangeException>("GradientTolerance", () => Tight with { GradientTolerance = double.NaN });
        Assert.Throws<ArgumentOutOfRangeException>("SufficientDecrease", () => Tight with { SufficientDecrease = 0.5 });
        Assert.Throws<ArgumentOutOfRangeException>("Curvature", () => Tight with { Curvature = 1 });

        void Check(double[] start, params string[] parts)
        {
            double[] parameters = [.. start];
            string message = Assert.Throws<ArgumentException>("parameters", () => Tight.Minimize(bad, parameters)).Message;
            Assert.All(parts, part => Assert.Contains(part, message, StringComparison.Ordinal));
            Assert.Equal(start, parameters);
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

    [Theory, MemberData(nameof(ModelTable.Estimable), MemberType = typeof(ModelTable))]
    public void Where_rounding_hides_the_slope_a_run_ends_at_its_best_point(string name)
    {
        Check<double>(1e-13);
        Check<float>(1e-5);

        void Check<T>(double expectedNorm)
            where T : unmanaged, IBinaryFloatingPointIeee754<T>
        {
            IModel<T> model = ModelTable.Create<T>(name);
            T[] theta = TestData.Uniform<T>(model.ParameterCount, stream: 5), gradient = new T[theta.Length];
            double initial = model.Gradient(theta, new FullBatch(model.RowCount).Epoch(0, 0)[0], gradient);
            TrainingResult result = new Lbfgs { GradientTolerance = 0, MaxIterations = 400 }.Minimize(model, theta);
            Assert.True(result.Stop is StopReason.LineSearch or StopReason.GradientTolerance, $"{result.Stop}");
            Assert.True(result.GradientNorm!.Value <= expectedNorm, $"{typeof(T)} {result.GradientNorm!.Value}");
            Assert.True(result.TrainLoss <= initial);
            Assert.Equal(result.TrainLoss, model.Gradient(theta, new FullBatch(model.RowCount).Epoch(0, 0)[0], gradient));
        }
    }

    private static FunctionObjective<double> Rosenbrock(int n) => new(n, Valley);

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
