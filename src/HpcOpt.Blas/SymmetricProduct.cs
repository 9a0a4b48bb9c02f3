using System.Numerics;

namespace HpcOpt.Blas;

/// <summary>C ← αAAᵀ + βC, by bands of rows with equal shares of the lower triangle; each band is then copied to the upper.</summary>
internal readonly unsafe struct SymmetricProduct<T>(
    Kernels<T> kernels, nint n, nint k, T alpha, MatrixOperand<T> a, T beta, MatrixOperand<T> c, int parts) : IRangeWork
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    // Lines of the copy that share their pages and cache lines.
    private const nint Tile = 32;

    public void Run(nint first, nint end)
    {
        for (nint part = first; part < end; part++)
        {
            (nint top, nint bottom) = (Start(part), Start(part + 1));
            nint height = bottom - top;
            if (height == 0)
            {
                continue;
            }

            if (k == 0 || alpha == T.Zero)
            {
                for (nint i = top; i < bottom; i++)
                {
                    kernels.Scal(i + 1, beta, c.At(i, 0));
                }
            }
            else
            {
                MatrixOperand<T> rows = a.From(top, 0);
                if (top > 0)
                {
                    kernels.Gemm(height, top, k, alpha, rows, a.Transposed, beta, c.At(top, 0), c.Stride);
                }

                kernels.Syrk(height, k, alpha, rows, beta, c.At(top, top), c.Stride);
            }

            Mirror(top, bottom);
        }
    }

    // The triangle above a row has an area of its square.
    private nint Start(nint part) => part == parts ? n : (nint)(n * Math.Sqrt((double)part / parts));

    private void Mirror(nint top, nint bottom)
    {
        for (nint i = top; i < bottom; i += Tile)
        {
            nint end = nint.Min(i + Tile, bottom);
            for (nint column = 0; column < end; column++)
            {
                for (nint row = nint.Max(i, column + 1); row < end; row++)
                {
                    *c.At(column, row) = *c.At(row, column);
                }
            }
        }
    }
}
