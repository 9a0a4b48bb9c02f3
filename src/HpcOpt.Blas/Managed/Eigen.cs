using System.Numerics;
using System.Runtime.CompilerServices;

namespace HpcOpt.Blas.Managed;

/// <summary>
/// Eigenvalues and eigenvectors of a symmetric matrix, in double: to tridiagonal form by reflections, then to diagonal form by rotations.
/// </summary>
/// <remarks>
/// Source: G. Golub, C. Van Loan, "Matrix Computations", 4th ed., algorithms 8.3.1 (Householder) and 8.3.3 (implicit symmetric QR with
/// Wilkinson's shift), here from the bottom up and on rows, which lie together in memory.
/// </remarks>
internal static unsafe class Eigen
{
    // Beside the largest element, which is near 1.
    private const double Negligible = 1e-290;

    // 2⁻⁵³: half a unit in the last place of 1.
    private const double Precision = 1.0 / (1L << 53);

    // Two or three are usual.
    private const int MostSweepsPerValue = 60;

    /// <summary>Overwrites A (lower triangle) by its eigenvectors in rows; values ascend. n ≥ 1. False without convergence.</summary>
    public static bool Decompose<T>(nint n, T* a, T* values)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        using NativeVector<double> memory = new((2 * n * n) + (3 * n), Serial.Execution);
        double* s = memory.Pointer;
        double* vectors = s + (n * n);
        double* diagonal = vectors + (n * n);
        double* beside = diagonal + n;
        double* scratch = beside + n;

        // By a power of two, so that no square leaves the range of a double: an exact change, undone in the values.
        double largest = 0;
        for (nint i = 0; i < n; i++)
        {
            largest = Math.Max(largest, VectorLoops<T>.Largest(i + 1, a + (i * n)));
        }

        double scale = largest == 0 ? 1 : Math.ScaleB(1, Math.Clamp(-Math.ILogB(largest), -1022, 1023));
        for (nint i = 0; i < n; i++)
        {
            for (nint j = 0; j <= i; j++)
            {
                s[(i * n) + j] = s[(j * n) + i] = double.CreateTruncating(a[(i * n) + j]) * scale;
            }
        }

        Tridiagonalize(n, s, diagonal, beside, scratch);
        Accumulate(n, s, vectors);
        if (!Diagonalize(n, diagonal, beside, vectors))
        {
            return false;
        }

        nint[] order = [.. Enumerable.Range(0, (int)n).Select(i => (nint)i)];
        Array.Sort(new Span<double>(diagonal, (int)n).ToArray(), order);
        for (nint i = 0; i < n; i++)
        {
            values[i] = T.CreateTruncating(diagonal[order[i]] / scale);
            for (nint j = 0; j < n; j++)
            {
                a[(i * n) + j] = T.CreateTruncating(vectors[(order[i] * n) + j]);
            }
        }

        return true;
    }

    // S ← HₖSHₖ with Hₖ = I - 2vvᵀ, |v| = 1, which maps what is right of the subdiagonal in row k to zero; v stays in that place of row k.
    private static void Tridiagonalize(nint n, double* s, double* diagonal, double* beside, double* p)
    {
        for (nint k = 0; k < n - 1; k++)
        {
            diagonal[k] = s[(k * n) + k];
            nint length = n - k - 1;
            double* v = s + (k * n) + k + 1;
            double norm = VectorLoops<double>.Norm(length, v);
            if (length == 1 || norm < Negligible)
            {
                // Nothing to map to zero: H = I.
                beside[k] = v[0];
                VectorLoops<double>.Scal(length, 0, v);
                continue;
            }

            beside[k] = v[0] < 0 ? norm : -norm;
            v[0] -= beside[k];
            VectorLoops<double>.Scal(length, 1 / VectorLoops<double>.Norm(length, v), v);

            // p = Sv, w = p - (vᵀp)v, S ← S - 2vwᵀ - 2wvᵀ
            double* rest = s + ((k + 1) * n) + k + 1;
            for (nint i = 0; i < length; i++)
            {
                p[i] = VectorLoops<double>.Dot(length, rest + (i * n), v);
            }

            VectorLoops<double>.Axpy(length, -VectorLoops<double>.Dot(length, v, p), v, p);
            for (nint i = 0; i < length; i++)
            {
                VectorLoops<double>.Axpy(length, -2 * v[i], p, rest + (i * n));
                VectorLoops<double>.Axpy(length, -2 * p[i], v, rest + (i * n));
            }
        }

        diagonal[n - 1] = s[(n * n) - 1];
    }

    // Rows of Qᵀ = Hₙ₋₂ ⋯ H₁H₀, from the last reflection to the first: each then touches only what is not yet the identity.
    private static void Accumulate(nint n, double* s, double* transposed)
    {
        for (nint i = 0; i < n; i++)
        {
            transposed[(i * n) + i] = 1;
        }

        for (nint k = n - 2; k >= 0; k--)
        {
            // QᵀHₖ: each row r ← r - 2(rᵀv)vᵀ.
            double* v = s + (k * n) + k + 1;
            for (nint i = k + 1; i < n; i++)
            {
                double* row = transposed + (i * n) + k + 1;
                VectorLoops<double>.Axpy(n - k - 1, -2 * VectorLoops<double>.Dot(n - k - 1, row, v), v, row);
            }
        }
    }

    // Implicit QL steps on the tridiagonal matrix (d, e) until every e is negligible; each rotates two rows of the vectors.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static bool Diagonalize(nint n, double* d, double* e, double* vectors)
    {
        // Beside the norm: eigenvalues near 0 of a matrix of low rank would never be told from their rounding errors by their own size.
        double negligible = Precision * Math.Max(VectorLoops<double>.Largest(n, d), VectorLoops<double>.Largest(n, e));
        for (nint l = 0; l < n; l++)
        {
            for (int sweep = 0; ; sweep++)
            {
                nint m = l;
                while (m < n - 1 && Math.Abs(e[m]) > negligible)
                {
                    m++;
                }

                if (m == l)
                {
                    break;
                }

                if (sweep == MostSweepsPerValue)
                {
                    return false;
                }

                // The eigenvalue of the leading 2 × 2 block that is nearer to d[l].
                double half = (d[l + 1] - d[l]) / (2 * e[l]);
                double x = d[m] - d[l] + (e[l] / (half + Math.CopySign(Hypotenuse(half, 1), half)));
                (double sin, double cos, double shift) = (1, 1, 0);
                nint i = m - 1;
                for (; i >= l; i--)
                {
                    double bulge = sin * e[i], b = cos * e[i];
                    double r = Hypotenuse(bulge, x);
                    e[i + 1] = r;
                    if (r == 0)
                    {
                        // The matrix has split in two; begin again.
                        d[i + 1] -= shift;
                        break;
                    }

                    (sin, cos) = (bulge / r, x / r);
                    x = d[i + 1] - shift;
                    r = ((d[i] - x) * sin) + (2 * cos * b);
                    shift = sin * r;
                    d[i + 1] = x + shift;
                    x = (cos * r) - b;
                    VectorLoops<double>.Rotate(n, cos, sin, vectors + (i * n), vectors + ((i + 1) * n));
                }

                e[m] = 0;
                if (i < l)
                {
                    d[l] -= shift;
                    e[l] = x;
                }
            }
        }

        return true;
    }

    // No precaution against underflow: what is lost is nothing beside a matrix whose largest element is near 1.
    private static double Hypotenuse(double x, double y) => Math.Sqrt(Math.FusedMultiplyAdd(x, x, y * y));
}
