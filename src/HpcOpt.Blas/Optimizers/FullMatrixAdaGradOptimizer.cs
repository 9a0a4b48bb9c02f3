using System.Numerics;

namespace HpcOpt.Blas;

/// <summary>The steps of <see cref="FullMatrixAdaGrad"/>, in double whatever the precision of the parameters.</summary>
internal sealed unsafe class FullMatrixAdaGradOptimizer<T> : MatrixOptimizer<T, FullMatrixAdaGrad>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly int _n;
    private readonly NativeVector<double> _eigenvectors;
    private readonly NativeVector<double> _eigenvalues;
    private readonly NativeVector<double> _gradient;
    private readonly NativeVector<double> _rotated;

    public FullMatrixAdaGradOptimizer(ParameterLayout layout, FullMatrixAdaGrad rule, LinearAlgebra algebra)
        : base(layout, rule, algebra)
    {
        _n = (int)layout.Segments.Sum(segment => (long)segment.Length);
        _eigenvectors = new((nint)_n * _n, Execution);
        _eigenvalues = new(_n, Execution);
        _gradient = new(_n, Execution);
        _rotated = new(_n, Execution);
    }

    /// <inheritdoc/>
    protected override void Update(in StepContext<T> step)
    {
        double rate = LearningRate * step.RateFactor, scale = step.GradientScale;
        double* g = _gradient.Pointer;
        int next = 0;
        for (int k = 0; k < Segments.Length; k++)
        {
            T* gradient = step.GradientOf(Segments[k], k);
            for (nint i = 0; i < Segments[k].Length; i++)
            {
                g[next++] = gradient == null ? 0 : double.CreateTruncating(T.CreateTruncating(scale) * gradient[i]);
            }
        }

        CheckSquares(Segments[0], Magnitude.Norm(g, _n), Trace());
        Add(g, _eigenvectors.Pointer);
        var v = new MatrixSpan<double>(ref *_eigenvectors.Pointer, _n, _n, _n);
        Span<double> eigenvalues = _eigenvalues.AsSpan(), rotated = _rotated.AsSpan();
        Algebra.SymmetricEigen(v, eigenvalues);

        // Vᵀ(Λ + ε)^(-1/2)Vg; rounding may leave a zero of Λ below zero.
        double epsilon = Rule.Epsilon;
        Algebra.Gemv(1, v, _gradient.AsSpan(), 0, rotated);
        for (int i = 0; i < _n; i++)
        {
            rotated[i] /= Math.Sqrt(Math.Max(eigenvalues[i], 0) + epsilon);
        }

        Add(g, null);
        Algebra.Gemv(1, v.Transposed, rotated, 0, _gradient.AsSpan());
        next = 0;
        for (int k = 0; k < Segments.Length; k++)
        {
            T* parameters = step.ParametersOf(Segments[k], k);
            bool isAbsent = step.GradientOf(Segments[k], k) == null;
            for (nint i = 0; i < Segments[k].Length; i++, next++)
            {
                parameters[i] = isAbsent
                    ? parameters[i]
                    : T.CreateTruncating(double.FusedMultiplyAdd(-rate, g[next], double.CreateTruncating(parameters[i])));
            }
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        _eigenvectors.Dispose();
        _eigenvalues.Dispose();
        _gradient.Dispose();
        _rotated.Dispose();
        base.Dispose(disposing);
    }

    private double Trace()
    {
        double trace = 0;
        for (nint i = 0; i < _n; i++)
        {
            trace += double.CreateTruncating(StatePointer(0)[(i * _n) + i]);
        }

        return trace;
    }

    /// <summary>G + ggᵀ, to <paramref name="destination"/>; to the state itself where that is null.</summary>
    private void Add(double* g, double* destination)
    {
        T* high = StatePointer(0);
        T* low = State.Count > 1 ? StatePointer(1) : null;
        for (nint i = 0; i < _n; i++)
        {
            for (nint j = 0; j < _n; j++)
            {
                nint at = (i * _n) + j;
                double sum = double.FusedMultiplyAdd(
                    g[i], g[j], double.CreateTruncating(high[at]) + (low is null ? 0 : double.CreateTruncating(low[at])));
                if (destination is not null)
                {
                    destination[at] = sum;
                    continue;
                }

                high[at] = T.CreateTruncating(sum);
                if (low is not null)
                {
                    low[at] = T.CreateTruncating(sum - double.CreateTruncating(high[at]));
                }
            }
        }
    }
}
