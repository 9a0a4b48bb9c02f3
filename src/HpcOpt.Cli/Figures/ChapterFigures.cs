namespace HpcOpt.Cli.Figures;

/// <summary>
/// The settings of the chapter's two figures. Losses and gradients are written in the order of NumPy's operations, which the published
/// paths depend on.
/// </summary>
internal static class ChapterFigures
{
    private const double Epsilon = 1e-8;
    private const double TwoThirds = 2 / 3.0;

    public static readonly Figure[] All =
    [
        new()
        {
            Key = "fig4_1",
            Title = "Figure 4.1:  l(x, y) = 1 + 0.1x² + y²",
            Loss = (x, y) => 1 + (0.1 * (x * x)) + (y * y),
            Gradient = (x, y) => (0.2 * x, 2 * y),
            Start = (-10, 5),
            Optimum = (0, 0),
            MaxSteps = 100,
            IsGoal = loss => loss < 1.01,
            Window = (-12, 3, -2, 6),
            TopExponent = 2,
            LevelCount = 15,
            Panels =
            [
                Batch(new Sgd { LearningRate = 0.3 }),
                Stochastic(new Sgd { LearningRate = 0.3 }, new(123, g => 0.3 * Math.Abs(g))),
                Momentum(new Momentum { LearningRate = 0.5, Decay = 0.9 }),
                AdaGrad(new AdaGrad { LearningRate = 0.3, Epsilon = Epsilon }, stalledRate: 1e-4) with { IgnoreLossUpTo = 20 },
                RmsProp(new RmsProp { LearningRate = 0.3, Decay = 0.9, Epsilon = Epsilon }) with { IgnoreLossUpTo = 20 },
                Adam(new Adam { LearningRate = 0.3, Beta1 = 0.9, Beta2 = 0.999, Epsilon = Epsilon }),
            ],
        },
        new()
        {
            Key = "fig4_2",
            Title = "Figure 4.2:  l(x, y) = 2/3 · ((x² + y − 11)² + (x + y² − 7)² + (x − 4)²(y + 2)²)",
            Loss = (x, y) => TwoThirds * (Square((x * x) + y - 11) + Square(x + (y * y) - 7) + (Square(x - 4) * Square(y + 2))),
            Gradient = (x, y) => (
                TwoThirds * ((4 * x * ((x * x) + y - 11)) + (2 * (x + (y * y) - 7)) + (2 * (x - 4) * Square(y + 2))),
                TwoThirds * ((2 * ((x * x) + y - 11)) + (4 * y * (x + (y * y) - 7)) + (2 * Square(x - 4) * (y + 2)))),
            Start = (-4, 3),
            Optimum = (3.584428, -1.848126),
            MaxSteps = 200,
            IsGoal = loss => loss < 1 || double.IsNaN(loss),
            Window = (-6.1, 6.1, -6.1, 6.1),
            TopExponent = 3.4,
            LevelCount = 20,
            Panels =
            [
                Batch(new Sgd { LearningRate = 0.01 }),
                Stochastic(new Sgd { LearningRate = 0.01 }, new(456, g => 0.2 * Math.Abs(5.3 * g))),
                Momentum(new Momentum { LearningRate = 0.001, Decay = 0.9 }),
                AdaGrad(new AdaGrad { LearningRate = 0.3, Epsilon = Epsilon }, stalledRate: 1e-6),
                RmsProp(new RmsProp { LearningRate = 0.3, Decay = 0.9, Epsilon = Epsilon }),
                Adam(new Adam { LearningRate = 0.3, Beta1 = 0.9, Beta2 = 0.99, Epsilon = Epsilon }),
            ],
        },
    ];

    private static Panel Batch(Sgd rule) => new("batch_gd", "Batch gradient descent", Of(rule));

    private static Panel Stochastic(Sgd rule, GradientNoise noise) => new("sgd", "SGD", Of(rule)) { Noise = noise };

    private static Panel Momentum(Momentum rule) => new("momentum", "Momentum", Of(rule));

    // It stalls where η/(√G + ε) has become too small for both parameters, but not before step index 11.
    private static Panel AdaGrad(AdaGrad rule, double stalledRate) => new("adagrad", "AdaGrad", Of(rule))
    {
        HasStalled = (index, optimizer) => index > 10 && Array.TrueForAll(
            optimizer.State[0].AsSpan<double>().ToArray(), sum => rule.LearningRate / (Math.Sqrt(sum) + rule.Epsilon) < stalledRate),
    };

    private static Panel RmsProp(RmsProp rule) => new("rmsprop", "RMSprop", Of(rule));

    private static Panel Adam(Adam rule) => new("adam", "Adam", Of(rule));

    private static Func<Optimizer<double>> Of<TRule>(TRule rule)
        where TRule : struct, IOptimizerRule => () => Optimizer<double>.Create(2, rule);

    private static double Square(double x) => x * x;
}
