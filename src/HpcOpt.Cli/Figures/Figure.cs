namespace HpcOpt.Cli.Figures;

/// <summary>A figure of the chapter: a loss of two parameters, where each descent starts and ends, its panels, what is drawn.</summary>
internal sealed record Figure
{
    /// <summary>Its name in <c>paths.json</c>.</summary>
    public required string Key { get; init; }

    /// <summary>Its name for people, with the formula of the loss.</summary>
    public required string Title { get; init; }

    public required Func<double, double, double> Loss { get; init; }

    /// <summary>(∂l/∂x, ∂l/∂y).</summary>
    public required Func<double, double, (double X, double Y)> Gradient { get; init; }

    public required (double X, double Y) Start { get; init; }

    public required (double X, double Y) Optimum { get; init; }

    public required int MaxSteps { get; init; }

    /// <summary>Whether a loss ends the descent.</summary>
    public required Predicate<double> IsGoal { get; init; }

    /// <summary>What of the plane is drawn.</summary>
    public required (double Left, double Right, double Bottom, double Top) Window { get; init; }

    /// <summary>The contours lie at 10^0 … 10^this, evenly spaced in the exponent.</summary>
    public required double TopExponent { get; init; }

    public required int LevelCount { get; init; }

    /// <summary>Six, row by row.</summary>
    public required Panel[] Panels { get; init; }

    public double[] Levels => [.. Enumerable.Range(0, LevelCount).Select(i => Math.Pow(10, TopExponent * i / (LevelCount - 1)))];
}

/// <summary>One optimizer on the loss of a figure.</summary>
/// <param name="Key">Its name in <c>paths.json</c>.</param>
/// <param name="Name">Its name for people.</param>
/// <param name="Create">The optimizer, before its first step.</param>
internal sealed record Panel(string Key, string Name, Func<Optimizer<double>> Create)
{
    /// <summary>What is added to the gradient.</summary>
    public GradientNoise? Noise { get; init; }

    /// <summary>The loss counts only after the steps with indices, from 0, above this.</summary>
    public int IgnoreLossUpTo { get; init; } = -1;

    /// <summary>What else ends the descent, after the step of an index.</summary>
    public Func<int, Optimizer<double>, bool>? HasStalled { get; init; }
}

/// <summary>g ← g + Normal(0, deviation(g)), x before y.</summary>
/// <param name="Seed">NumPy's.</param>
/// <param name="Deviation">The standard deviation, of the partial derivative.</param>
internal sealed record GradientNoise(uint Seed, Func<double, double> Deviation);
