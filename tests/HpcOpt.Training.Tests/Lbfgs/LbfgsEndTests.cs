using System.Numerics;
using static HpcOpt.Training.Tests.LbfgsTests;

namespace HpcOpt.Training.Tests;

/// <summary>Why a run of L-BFGS ends, at which point, and what cannot start.</summary>
public sealed class LbfgsEndTests
{
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
}
