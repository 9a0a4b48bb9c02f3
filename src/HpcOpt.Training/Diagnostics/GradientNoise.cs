using System.Numerics;
using HpcOpt.Engine;

namespace HpcOpt.Training;

/// <summary>
/// The noise of gradients, from K micro-batches of b rows: their covariance tr Σ for one row, the squared length |G|² of the true gradient,
/// and the simple noise scale tr Σ / |G|², the batch size beyond which more rows bring little.
/// </summary>
/// <remarks>
/// With the mean squared length S of the micro-batches' gradients and the squared length B of their mean, over K·b rows: |G|² ≈ (Kb·B -
/// b·S)/(Kb - b) and tr Σ ≈ (S - B)/(1/b - 1/(Kb)). Both are unbiased if the rows are drawn independently; their ratio is not, and it is
/// meaningless where the estimate of |G|² is not well above 0. Source: S. McCandlish, J. Kaplan, D. Amodei, "An empirical model of
/// large-batch training", 2018, appendix A.1.
/// </remarks>
public sealed class GradientNoise
{
    private readonly double[] _sum;
    private readonly int _rows;
    private double _squares;

    /// <summary>No micro-batches yet.</summary>
    /// <param name="parameterCount">m ≥ 1.</param>
    /// <param name="rowsPerMicroBatch">b ≥ 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is less than 1.</exception>
    public GradientNoise(int parameterCount, int rowsPerMicroBatch)
    {
        Guard.AtLeastOne(parameterCount, nameof(parameterCount));
        Guard.AtLeastOne(rowsPerMicroBatch, nameof(rowsPerMicroBatch));
        (_sum, _rows) = (new double[parameterCount], rowsPerMicroBatch);
    }

    /// <summary>K.</summary>
    public int Count { get; private set; }

    /// <summary>The estimate of |G|²; it may be negative where the noise prevails. Needs K ≥ 2.</summary>
    public double SquaredGradient => Estimate((small, big) => ((Count * big) - small) / (Count - 1));

    /// <summary>The estimate of tr Σ, the variance of the gradient of one row. Needs K ≥ 2.</summary>
    public double CovarianceTrace => Estimate((small, big) => (small - big) * _rows / (1 - (1.0 / Count)));

    /// <summary>tr Σ / |G|², in rows; not a number unless the estimate of |G|² is positive.</summary>
    public double Scale => SquaredGradient > 0 ? CovarianceTrace / SquaredGradient : double.NaN;

    /// <summary>Adds the mean gradient of a micro-batch of b rows.</summary>
    /// <param name="gradient">m values.</param>
    /// <exception cref="ArgumentException">There are not m values.</exception>
    public void Add<T>(ReadOnlySpan<T> gradient)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Guard.Length(gradient.Length, _sum.Length, nameof(gradient));
        for (int i = 0; i < _sum.Length; i++)
        {
            double g = double.CreateTruncating(gradient[i]);
            _sum[i] += g;
            _squares = Math.FusedMultiplyAdd(g, g, _squares);
        }

        Count++;
    }

    /// <summary>Measures a model at θ with K micro-batches of b rows drawn with replacement.</summary>
    /// <param name="model">The model.</param>
    /// <param name="parameters">θ, m values.</param>
    /// <param name="rowsPerMicroBatch">b ≥ 1.</param>
    /// <param name="microBatches">K ≥ 2.</param>
    /// <param name="seed">Fixes the draws.</param>
    /// <exception cref="ArgumentException">A number is too small, or θ has another length than m.</exception>
    public static GradientNoise Of<T>(
        IModel<T> model, ReadOnlySpan<T> parameters, int rowsPerMicroBatch = 1, int microBatches = 64, ulong seed = 0)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(model);
        Guard.Between(microBatches, 2, int.MaxValue, nameof(microBatches));
        GradientNoise noise = new(model.ParameterCount, rowsPerMicroBatch);
        Philox random = new(seed, stream: 1);
        T[] gradient = new T[model.ParameterCount];
        int[] rows = new int[rowsPerMicroBatch];
        for (int k = 0; k < microBatches; k++)
        {
            foreach (ref int row in rows.AsSpan())
            {
                row = (int)random.NextBelow((uint)model.RowCount);
            }

            model.Gradient(parameters, rows, gradient);
            noise.Add<T>(gradient);
        }

        return noise;
    }

    private double Estimate(Func<double, double, double> of)
    {
        if (Count < 2)
        {
            throw new InvalidOperationException($"There are {Count} micro-batches; expected at least 2.");
        }

        double squaredSum = 0;
        foreach (double x in _sum)
        {
            squaredSum = Math.FusedMultiplyAdd(x, x, squaredSum);
        }

        return of(_squares / Count, squaredSum / ((double)Count * Count));
    }
}
