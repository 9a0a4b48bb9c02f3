namespace HpcOpt.Training;

/// <summary>φ(α) = L(θ + αp) and its slope φ'(α) = ∇L(θ + αp)ᵀp.</summary>
internal readonly record struct LinePoint(double Step, double Value, double Slope)
{
    public bool IsFinite => double.IsFinite(Value) && double.IsFinite(Slope);
}

/// <summary>
/// Finds α with φ(α) ≤ φ(0) + c₁αφ'(0) and |φ'(α)| ≤ c₂|φ'(0)|: Nocedal and Wright, algorithms 3.5 and 3.6, with cubic interpolation kept
/// away from the ends of the interval. A value that is not finite counts as too high.
/// </summary>
/// <param name="evaluate">φ and φ' at α.</param>
/// <param name="start">α = 0, with a negative slope.</param>
/// <param name="options">c₁, c₂, the most evaluations.</param>
/// <param name="rounding">What values may differ by and mean nothing; slopes decide then.</param>
internal sealed class WolfeSearch(Func<double, LinePoint> evaluate, LinePoint start, Lbfgs options, double rounding)
{
    private int _left = options.MaxSearchEvaluations;

    /// <summary>The lowest point seen below the start; the start without one.</summary>
    public LinePoint Best { get; private set; }

    /// <summary>The point that meets both conditions; null if none was found.</summary>
    public LinePoint? Find(double firstStep)
    {
        LinePoint last = Best = start;
        for (double step = firstStep; _left > 0 && double.IsFinite(step);)
        {
            LinePoint point = At(step);
            if (Accepts(point))
            {
                return point;
            }

            if (IsTooFar(point, last))
            {
                return Zoom(last, point);
            }

            if (point.Slope >= 0)
            {
                return Zoom(point, last);
            }

            // Still going down: further, between 1.1 and 4 times as far again.
            double gone = point.Step - last.Step, cubic = Interpolate(last, point);
            (last, step) =
                (point, cubic > point.Step ? Math.Clamp(cubic, point.Step + 1.1 * gone, point.Step + 4 * gone) : point.Step + 4 * gone);
        }

        return null;
    }

    // An interval with such α inside; `low` is its lower end, and φ falls from there to `high`.
    private LinePoint? Zoom(LinePoint low, LinePoint high)
    {
        double widthBefore = double.PositiveInfinity;
        for (int i = 0; _left > 0; i++)
        {
            double width = high.Step - low.Step, step = Interpolate(low, high);
            double share = (step - low.Step) / width;
            bool slow = i % 2 == 1 && Math.Abs(width) > widthBefore * 2 / 3;
            widthBefore = i % 2 == 0 ? Math.Abs(width) : widthBefore;
            step = slow || double.IsNaN(share) ? low.Step + 0.5 * width : low.Step + Math.Clamp(share, 0.1, 0.9) * width;
            if (step == low.Step || step == high.Step)
            {
                return null;
            }

            LinePoint point = At(step);
            if (Accepts(point))
            {
                return point;
            }

            if (IsTooFar(point, low))
            {
                high = point;
                continue;
            }

            high = point.Slope * width >= 0 ? low : high;
            low = point;
        }

        return null;
    }

    private LinePoint At(double step)
    {
        _left--;
        LinePoint point = evaluate(step);
        Best = point.IsFinite && point.Value < Best.Value ? point : Best;
        return point;
    }

    private bool Accepts(in LinePoint point) =>
        point.IsFinite && Decreases(point) && Math.Abs(point.Slope) <= -options.Curvature * start.Slope;

    private bool Decreases(in LinePoint point) =>
        point.Value <= start.Value + options.SufficientDecrease * point.Step * start.Slope
        || (Math.Abs(point.Value - start.Value) <= rounding && point.Slope <= (2 * options.SufficientDecrease - 1) * start.Slope);

    // Whether a minimum lies between the lower end and the point.
    private bool IsTooFar(in LinePoint point, in LinePoint low) =>
        !point.IsFinite || !Decreases(point)
        || (Math.Abs(point.Value - low.Value) > rounding ? point.Value > low.Value : point.Slope * (point.Step - low.Step) > 0);

    /// <summary>
    /// The minimum of the cubic through both values and slopes, Nocedal and Wright (3.59): with d₁ = φ'_a + φ'_b - 3(φ_a - φ_b)/(a - b) and
    /// d₂ = sign(b - a)√(d₁² - φ'_aφ'_b), b - (b - a)(φ'_b + d₂ - d₁)/(φ'_b - φ'_a + 2d₂). Where values are rounding, the zero of the
    /// slopes' secant. NaN where there is none.
    /// </summary>
    private double Interpolate(in LinePoint a, in LinePoint b)
    {
        double width = b.Step - a.Step;
        if (!b.IsFinite || Math.Abs(a.Value - b.Value) <= rounding)
        {
            return b.IsFinite ? a.Step - a.Slope * width / (b.Slope - a.Slope) : double.NaN;
        }

        double d1 = a.Slope + b.Slope - 3 * (a.Value - b.Value) / (a.Step - b.Step);
        double d2 = Math.Sign(width) * Math.Sqrt(d1 * d1 - a.Slope * b.Slope);
        return b.Step - width * (b.Slope + d2 - d1) / (b.Slope - a.Slope + 2 * d2);
    }
}
