namespace HpcOpt.Training;

/// <summary>How a run of <see cref="Lbfgs"/> went.</summary>
public sealed record LbfgsResult
{
    /// <summary>Why it ended.</summary>
    public required StopReason Stop { get; init; }

    /// <summary>Steps taken.</summary>
    public int Iterations => History.Count;

    /// <summary>Evaluations of the model's loss and gradient over all rows, the one at the start included.</summary>
    public required int Evaluations { get; init; }

    /// <summary>L at the returned parameters.</summary>
    public required double Loss { get; init; }

    /// <summary>‖∇L‖₂ at the returned parameters.</summary>
    public required double GradientNorm { get; init; }

    /// <summary>L at the start.</summary>
    public required double InitialLoss { get; init; }

    /// <summary>The iterations.</summary>
    public required IReadOnlyList<LbfgsIteration> History { get; init; }

    /// <summary>Wall-clock time.</summary>
    public required double Seconds { get; init; }

    /// <summary>Wall-clock time outside the model and the caller's progress.</summary>
    public required double OptimizerSeconds { get; init; }
}

/// <summary>One step of <see cref="Lbfgs"/>.</summary>
/// <param name="Iteration">Its number, from 1.</param>
/// <param name="Evaluations">Evaluations of the model so far, the one at the start included.</param>
/// <param name="Loss">L after it.</param>
/// <param name="GradientNorm">‖∇L‖₂ after it.</param>
/// <param name="StepLength">α; 1 is the quasi-Newton step.</param>
/// <param name="Seconds">Wall-clock time since the start.</param>
/// <param name="OptimizerSeconds">Wall-clock time outside the model and the caller's progress since the start.</param>
public readonly record struct LbfgsIteration(
    int Iteration, int Evaluations, double Loss, double GradientNorm, double StepLength, double Seconds, double OptimizerSeconds);
