using System.Numerics;
using HpcOpt.Engine;

namespace HpcOpt.Training;

/// <summary>
/// The learning-rate range test: the rate grows geometrically from step to step of one short run, and the loss tells where it is too low,
/// where it works and where it is too high.
/// </summary>
/// <remarks>
/// Losses are those of the batches before each step, smoothed by s ← 0.9s + 0.1l with the bias of the start removed. The run ends where the
/// smoothed loss exceeds 4 times its least, or loss or gradient is not finite. Source: L. Smith, "Cyclical learning rates for training
/// neural networks", 2017.
/// </remarks>
public sealed class RangeTest
{
    private const double Past = 0.9;
    private const double Divergence = 4;

    private RangeTest(List<double> rates, List<double> losses, List<double> smoothed, bool hasDiverged)
    {
        (Rates, Losses, SmoothedLosses, HasDiverged) = (rates, losses, smoothed, hasDiverged);
        int lowest = smoothed.IndexOf(smoothed.Min());
        HighestRate = rates[lowest];
        double steepest = double.PositiveInfinity;
        SuggestedRate = rates[0];
        for (int i = 1; i < lowest; i++)
        {
            // The rates are evenly spaced in their logarithm.
            double slope = smoothed[i + 1] - smoothed[i - 1];
            if (slope < steepest)
            {
                (steepest, SuggestedRate) = (slope, rates[i]);
            }
        }
    }

    /// <summary>The rate of each step.</summary>
    public IReadOnlyList<double> Rates { get; }

    /// <summary>The loss of each step's batch, before the step.</summary>
    public IReadOnlyList<double> Losses { get; }

    /// <summary>The same, smoothed.</summary>
    public IReadOnlyList<double> SmoothedLosses { get; }

    /// <summary>Whether the loss exploded before the highest rate was reached.</summary>
    public bool HasDiverged { get; }

    /// <summary>The rate at which the smoothed loss fell fastest: a value to begin with.</summary>
    public double SuggestedRate { get; }

    /// <summary>The rate at which the smoothed loss was least: higher ones do not pay.</summary>
    public double HighestRate { get; }

    /// <summary>Runs the test on copies: the caller's parameters do not change.</summary>
    /// <param name="model">The model.</param>
    /// <param name="parameters">θ at the start, m values.</param>
    /// <param name="createOptimizer">Makes an optimizer for m parameters, of any learning rate; the test disposes it.</param>
    /// <param name="sampler">Draws the batches.</param>
    /// <param name="from">Rate of the first step, above 0.</param>
    /// <param name="to">Rate of the last step, above <paramref name="from"/>.</param>
    /// <param name="steps">At least 10.</param>
    /// <param name="seed">Fixes the batches.</param>
    /// <exception cref="ArgumentException">An argument is out of its range, or the first loss is not finite.</exception>
    public static RangeTest Run<T>(
        IModel<T> model, ReadOnlySpan<T> parameters, Func<Optimizer<T>> createOptimizer, Sampler sampler, double from, double to,
        int steps = 100, ulong seed = 0)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(createOptimizer);
        ArgumentNullException.ThrowIfNull(sampler);
        Guard.Length(parameters.Length, model.ParameterCount, nameof(parameters));
        Interval.Positive.Check(from, nameof(from));
        Guard.Between(steps, 10, int.MaxValue, nameof(steps));
        if (!(to > from && double.IsFinite(to)))
        {
            throw new ArgumentOutOfRangeException(nameof(to), to, $"{nameof(to)} must be a finite number above {from}.");
        }

        using Optimizer<T> optimizer = createOptimizer();
        T[] theta = parameters.ToArray(), gradient = new T[theta.Length];
        List<double> rates = [], losses = [], smoothed = [];
        double growth = PortableMath.Log(to / from) / (steps - 1), average = 0, weight = 1;
        EpochBatches batches = sampler.Epoch(seed, 0);
        for ((int step, int batch, ulong epoch) = (0, 0, 0); step < steps; step++, batch++)
        {
            if (batch == batches.Count)
            {
                (batch, batches) = (0, sampler.Epoch(seed, ++epoch));
            }

            double loss = model.Gradient(theta, batches[batch], gradient);
            average = (Past * average) + ((1 - Past) * loss);
            weight *= Past;
            if (!double.IsFinite(loss) || (step > 0 && average / (1 - weight) > Divergence * smoothed.Min()))
            {
                return step > 0
                    ? new(rates, losses, smoothed, hasDiverged: true)
                    : throw new ArgumentException($"The loss at the start is {loss}; expected a finite number.", nameof(parameters));
            }

            double rate = step == steps - 1 ? to : from * PortableMath.Exp(step * growth);
            rates.Add(rate);
            losses.Add(loss);
            smoothed.Add(average / (1 - weight));
            optimizer.LearningRate = rate;
            try
            {
                optimizer.Step(theta, gradient);
            }
            catch (NotFiniteNumberException)
            {
                return new(rates, losses, smoothed, hasDiverged: true);
            }
        }

        return new(rates, losses, smoothed, hasDiverged: false);
    }
}
