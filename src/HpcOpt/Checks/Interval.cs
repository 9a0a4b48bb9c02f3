using System.Globalization;
using System.Runtime.CompilerServices;

namespace HpcOpt;

/// <summary>
/// The numbers between two ends, each included or not: what a hyperparameter may be. Its setter checks by it, and the catalogue lists it.
/// </summary>
/// <example>
/// <code>
/// public double Beta { readonly get; set => field = Interval.Fraction.Check(value); } = 0.9;
/// </code>
/// </example>
public sealed class Interval
{
    /// <summary>The numbers between two ends. An infinite end is not included: a hyperparameter is finite.</summary>
    /// <param name="lower">The lower end.</param>
    /// <param name="upper">The upper end, not below the lower one.</param>
    /// <param name="includesLower">Whether the lower end is in.</param>
    /// <param name="includesUpper">Whether the upper end is in.</param>
    /// <exception cref="ArgumentException">The ends leave no number between them, or an infinite one is included.</exception>
    public Interval(double lower, double upper, bool includesLower = true, bool includesUpper = true)
    {
        bool isEmpty = includesLower && includesUpper ? !(lower <= upper) : !(lower < upper);
        if (isEmpty || (includesLower && !double.IsFinite(lower)) || (includesUpper && !double.IsFinite(upper)))
        {
            throw new ArgumentException(
                Text($"No number can be from {lower} to {upper}; expected a lower end, then an upper one, and infinite ones excluded."),
                nameof(upper));
        }

        (Lower, Upper, IncludesLower, IncludesUpper) = (lower, upper, includesLower, includesUpper);
    }

    /// <summary>(-∞, ∞).</summary>
    public static Interval Finite { get; } =
        new(double.NegativeInfinity, double.PositiveInfinity, includesLower: false, includesUpper: false);

    /// <summary>[0, ∞).</summary>
    public static Interval NotNegative { get; } = new(0, double.PositiveInfinity, includesUpper: false);

    /// <summary>(0, ∞).</summary>
    public static Interval Positive { get; } = new(0, double.PositiveInfinity, includesLower: false, includesUpper: false);

    /// <summary>(1, ∞).</summary>
    public static Interval MoreThanOne { get; } = new(1, double.PositiveInfinity, includesLower: false, includesUpper: false);

    /// <summary>[0, 1), as for the weight of the past in a mean.</summary>
    public static Interval Fraction { get; } = new(0, 1, includesUpper: false);

    /// <summary>(0, 1).</summary>
    public static Interval OpenFraction { get; } = new(0, 1, includesLower: false, includesUpper: false);

    /// <summary>[0, 1].</summary>
    public static Interval Share { get; } = new(0, 1);

    /// <summary>The lower end.</summary>
    public double Lower { get; }

    /// <summary>The upper end.</summary>
    public double Upper { get; }

    /// <summary>Whether <see cref="Lower"/> is in.</summary>
    public bool IncludesLower { get; }

    /// <summary>Whether <see cref="Upper"/> is in.</summary>
    public bool IncludesUpper { get; }

    /// <summary>In words, after "must be": <c>at least 0 and less than 1</c>.</summary>
    public string Words => (double.IsFinite(Lower), double.IsFinite(Upper)) switch
    {
        (false, false) => "a finite number",
        (true, false) => Text($"a finite number {(IncludesLower ? "of at least" : "greater than")} {Lower}"),
        (false, true) => Text($"a finite number {(IncludesUpper ? "of at most" : "less than")} {Upper}"),
        (true, true) =>
            Text($"{(IncludesLower ? "at least" : "more than")} {Lower} and {(IncludesUpper ? "at most" : "less than")} {Upper}"),
    };

    /// <summary>Whether a number is in; NaN never is.</summary>
    public bool Contains(double value) =>
        (IncludesLower ? value >= Lower : value > Lower) && (IncludesUpper ? value <= Upper : value < Upper);

    /// <summary>The value, if it is in: for setters, which the error names.</summary>
    /// <param name="value">The value.</param>
    /// <param name="name">The property or parameter; none means the caller.</param>
    /// <exception cref="ArgumentOutOfRangeException">The value is not in the interval.</exception>
    public double Check(double value, [CallerMemberName] string name = "") => Contains(value) ? value : throw OutOfRange(value, name);

    /// <inheritdoc cref="Check(double, string)"/>
    public int Check(int value, [CallerMemberName] string name = "") => Contains(value) ? value : throw OutOfRange(value, name);

    /// <summary>As mathematics writes it: <c>[0, 1)</c>.</summary>
    public override string ToString() => Text($"{(IncludesLower ? '[' : '(')}{End(Lower)}, {End(Upper)}{(IncludesUpper ? ']' : ')')}");

    private ArgumentOutOfRangeException OutOfRange(object value, string name) => new(name, value, $"{name} must be {Words}.");

    private static string End(double end) =>
        double.IsPositiveInfinity(end) ? "∞" : double.IsNegativeInfinity(end) ? "-∞" : end.ToString(CultureInfo.InvariantCulture);

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
