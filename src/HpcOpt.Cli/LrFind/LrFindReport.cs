using System.Globalization;
using HpcOpt.Cli.Commands;
using HpcOpt.Cli.Plots;
using Spectre.Console;

namespace HpcOpt.Cli.LrFind;

/// <summary>What <c>lr-find</c> reports. The names are the JSON's, which is stable: properties may join, none changes.</summary>
internal sealed record LrFindReport
{
    private const int ShownRates = 24;

    public required string Optimizer { get; init; }

    /// <summary>Where the smoothed loss falls fastest.</summary>
    public required double SuggestedRate { get; init; }

    /// <summary>Where the smoothed loss is least.</summary>
    public required double HighestRate { get; init; }

    public required bool HasDiverged { get; init; }

    /// <summary>a, the largest curvature at the start, for standardised columns.</summary>
    public required double Curvature { get; init; }

    public required bool CurvatureHasConverged { get; init; }

    /// <summary>2/a; null unless a is positive.</summary>
    public required double? GradientDescentLimit { get; init; }

    /// <summary>2(1+δ)/((1-δ)a) for δ = 0.9; null unless a is positive.</summary>
    public required double? MomentumLimit { get; init; }

    /// <summary>tr Σ / |G|², in rows; null where the noise hides the gradient.</summary>
    public required double? NoiseScale { get; init; }

    public required IReadOnlyList<double> Rates { get; init; }

    public required IReadOnlyList<double> Losses { get; init; }

    public required IReadOnlyList<double> SmoothedLosses { get; init; }

    public Picture Chart() => new LineChart
    {
        Title = $"Learning-rate range test: {Optimizer}",
        XLabel = "learning rate",
        YLabel = "loss",
        LogX = true,
        Series = [new("loss of the batch", Rates, Losses), new("smoothed", Rates, SmoothedLosses)],
        Marks = [(SuggestedRate, Text($"suggested: {SuggestedRate:G3}")), (HighestRate, Text($"least loss: {HighestRate:G3}"))],
    }.Draw(900, 480);

    public void Show(IAnsiConsole screen)
    {
        double top = SmoothedLosses.Max();
        int every = Math.Max(1, Rates.Count / ShownRates);
        screen.WriteLine("      rate   smoothed loss");
        for (int i = 0; i < Rates.Count; i += every)
        {
            int stars = top > 0 ? (int)Math.Round(50 * Math.Max(0, SmoothedLosses[i]) / top) : 0;
            screen.WriteLine(Text($"{Rates[i],10:G3}   {SmoothedLosses[i],-10:G4} {new string('*', stars)}").TrimEnd());
        }

        screen.WriteLine();
        screen.WriteRows(
        [
            ("suggested rate", Text($"{SuggestedRate:G3}: {Optimizer}'s loss falls fastest there")),
            ("highest useful rate", Text($"{HighestRate:G3}: the loss is least there{(HasDiverged ? ", and explodes further on" : "")}")),
            ("largest curvature a", Text($"{Curvature:G4} at the start{(CurvatureHasConverged ? "" : ", not converged")}")),
            ("gradient descent", GradientDescentLimit is { } descent
                ? Text($"converges on a quadratic below 2/a = {descent:G4}") : "no limit: the curvature is not positive"),
            ("momentum, δ = 0.9", MomentumLimit is { } momentum
                ? Text($"converges on a quadratic below 2(1+δ)/((1-δ)a) = {momentum:G4}") : "no limit: the curvature is not positive"),
            ("gradient noise scale", NoiseScale is { } scale ? Text($"{scale:G3} rows: larger batches than that bring little at the start")
                : "unknown: the noise hides the gradient"),
        ]);
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
