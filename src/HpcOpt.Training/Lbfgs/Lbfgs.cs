using System.Numerics;
using System.Runtime.CompilerServices;
using HpcOpt.Engine;

namespace HpcOpt.Training;

/// <summary>
/// L-BFGS for full-batch estimation: θ ← θ + αp, p = -H∇L(θ), where H approximates the inverse Hessian by the last
/// <see cref="Memory"/> pairs s = θ_{k+1} - θ_k, y = ∇L_{k+1} - ∇L_k, and α meets the strong Wolfe conditions.
/// </summary>
/// <remarks>
/// Strong Wolfe: L(θ + αp) ≤ L(θ) + c₁α∇Lᵀp and |∇L(θ + αp)ᵀp| ≤ c₂|∇Lᵀp|. Close to the minimum the first drowns in the rounding of L;
/// where
/// L differs by less than 64 units of it, ∇L(θ + αp)ᵀp ≤ (2c₁ - 1)∇Lᵀp takes its place, which is the same for a quadratic.
/// A <see cref="Trainer{T}"/> takes these steps in the loop of every training: its options then say when it ends, and
/// <see cref="MaxIterations"/>,
/// <see cref="GradientTolerance"/>, <see cref="TargetLoss"/> and <see cref="ParameterTolerance"/> are those of <see cref="Minimize"/>
/// alone.
/// Every sum has a fixed order: results have the same bits on every machine if the model's have. One iteration reads the 2·Memory vectors
/// twice, beside the model's evaluations, of which one to two an iteration are usual.
/// Sources: J. Nocedal and S. Wright, "Numerical Optimization", 2nd edition, 2006, algorithms 3.5, 3.6, 7.4 and 7.5; W. Hager and H. Zhang,
/// "A new conjugate gradient method with guaranteed descent and an efficient line search", SIAM J. Optim. 16, 2005, for the test near the
/// minimum.
/// </remarks>
/// <example><code>
/// double[] theta = new double[model.ParameterCount];
/// TrainingResult result = new Lbfgs { GradientTolerance = 1e-10 }.Minimize(model, theta);
/// </code></example>
public sealed record Lbfgs
{
    /// <summary>Pairs (s, y) that are kept, 1 to 1000; each takes 2m values.</summary>
    public int Memory { get; init => field = (int)Guard.Between(value, 1, 1000, nameof(Memory)); } = 10;

    /// <summary>The most iterations, at least 1.</summary>
    public int MaxIterations { get; init => field = (int)Guard.AtLeastOne(value); } = 1000;

    /// <summary>Stops where ‖∇L(θ)‖₂ is at most this, at least 0. Below the rounding of ∇L the run ends with
    /// <see cref="StopReason.LineSearch"/>.</summary>
    public double GradientTolerance { get; init => field = Interval.NotNegative.Check(value); } = 1e-8;

    /// <summary>Stops when the loss is at most this, finite; null is off.</summary>
    public double? TargetLoss { get; init => field = value is { } loss ? Interval.Finite.Check(loss) : null; }

    /// <summary>Stops when an iteration changes the parameters by ‖s‖₂ ≤ tolerance · ‖θ‖₂, at least 0; null is off.</summary>
    public double? ParameterTolerance { get; init => field = value is { } tolerance ? Interval.NotNegative.Check(tolerance) : null; }

    /// <summary>c₁, in (0, 1/2): the share of the slope by which a step must lower the loss.</summary>
    public double SufficientDecrease
    {
        get;
        init => field = Checked(value is > 0 and < 0.5, value, "more than 0 and less than 1/2");
    } = 1e-4;

    /// <summary>c₂, in [1/2, 1): the share of the slope that a step may leave. 0.9 fits directions that are scaled well, as these
    /// are.</summary>
    public double Curvature { get; init => field = Checked(value is >= 0.5 and < 1, value, "at least 1/2 and less than 1"); } = 0.9;

    /// <summary>The most evaluations of the model in the search along one direction, at least 2.</summary>
    public int MaxSearchEvaluations { get; init => field = (int)Guard.Between(value, 2, int.MaxValue, nameof(MaxSearchEvaluations)); } = 40;

    /// <summary>Minimizes the model's loss over all its rows, from the given parameters on, in place: a <see cref="Trainer{T}"/> with the
    /// ends of this record.</summary>
    /// <param name="model">The loss, smooth and bounded below.</param>
    /// <param name="parameters">θ, m values: the start, and on return the point that the result describes. After
    /// <see cref="StopReason.LineSearch"/> it is the one with the least loss; no other end leaves a loss above the start's by more than
    /// its rounding.</param>
    /// <param name="progress">Called after each iteration; <paramref name="parameters"/> then hold its point.</param>
    /// <param name="cancellation">Looked at between iterations; the run then returns like any other.</param>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <exception cref="ArgumentException"><paramref name="parameters"/> is not as long as the model's; loss or gradient at the start is
    /// not
    /// finite, or the model has no rows.</exception>
    public TrainingResult Minimize<T>(
        IModel<T> model, Span<T> parameters, Action<TrainingProgress>? progress = null, CancellationToken cancellation = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        new Trainer<T>(model, this, Ends()).Run(parameters, progress: progress, cancellation: cancellation);

    private TrainingOptions Ends() => new()
    {
        BatchSize = TrainingOptions.FullBatch,
        MaxEpochs = int.MaxValue,
        MaxSteps = MaxIterations,
        Rules =
        [
            new GradientNormBelow(GradientTolerance),
            .. TargetLoss is { } loss ? [new LossBelow(loss)] : (IStoppingRule[])[],
            .. ParameterTolerance is { } tolerance ? [new ParameterChangeBelow(tolerance)] : (IStoppingRule[])[],
        ],
    };

    private static double Checked(bool inRange, double value, string expected, [CallerMemberName] string name = "") =>
        inRange ? value : throw new ArgumentOutOfRangeException(name, value, $"{name} must be {expected}.");
}
