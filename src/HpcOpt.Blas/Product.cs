using System.Numerics;

namespace HpcOpt.Blas;

/// <summary>C ← αAB + βC, by blocks of C that threads compute on their own.</summary>
internal unsafe struct Product<T>(
    Kernels<T> kernels, nint m, nint n, nint k, T alpha, MatrixOperand<T> a, MatrixOperand<T> b, T beta, MatrixOperand<T> c) : IRangeWork
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    // About 10 µs of a core: to share less costs more than it saves.
    private const double LeastFlopsOfPart = 1e6;

    // Blocks begin at multiples of this, so that the libraries' tiles are whole.
    private const nint Grain = 48;

    private int _rows = 1;
    private int _columns = 1;

    /// <summary>As many parts as so many operations are worth.</summary>
    public static int PartsOf(double flops, Execution execution) => (int)Math.Clamp(flops / LeastFlopsOfPart, 1, execution.Threads);

    public void Run(Execution execution)
    {
        if (k == 0 || alpha == T.Zero)
        {
            for (nint i = 0; i < m; i++)
            {
                kernels.Scal(n, beta, c.At(i, 0));
            }

            return;
        }

        // The grid whose blocks have the shortest rims: a block reads its share of A and of B.
        int parts = PartsOf(2.0 * m * n * k, execution);
        double shortest = double.PositiveInfinity;
        for (int rows = 1; rows <= parts; rows++)
        {
            int columns = parts / rows;
            double rim = ((double)m / rows) + ((double)n / columns);
            if (rows * columns == parts && rim < shortest)
            {
                (_rows, _columns, shortest) = (rows, columns, rim);
            }
        }

        execution.RunParts(ref this, parts);
    }

    /// <summary>Computes blocks, counted row by row.</summary>
    public readonly void Run(nint first, nint end)
    {
        for (nint block = first; block < end; block++)
        {
            (nint row, nint column) = nint.DivRem(block, _columns);
            (nint top, nint left) = (Start(m, row, _rows), Start(n, column, _columns));
            (nint height, nint width) = (Start(m, row + 1, _rows) - top, Start(n, column + 1, _columns) - left);
            if (height > 0 && width > 0)
            {
                kernels.Gemm(height, width, k, alpha, a.From(top, 0), b.From(0, left), beta, c.At(top, left), c.Stride);
            }
        }
    }

    private static nint Start(nint length, nint part, nint parts) => part == parts ? length : length / Grain * part / parts * Grain;
}
