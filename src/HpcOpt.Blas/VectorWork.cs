using System.Numerics;

namespace HpcOpt.Blas;

/// <summary>y ← αx + βy, by ranges.</summary>
internal readonly unsafe struct Combination<T>(Kernels<T> kernels, T alpha, T* x, T beta, T* y) : IRangeWork
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public void Run(nint first, nint end)
    {
        if (beta == T.One)
        {
            kernels.Axpy(end - first, alpha, x + first, y + first);
        }
        else
        {
            kernels.Axpby(end - first, alpha, x + first, beta, y + first);
        }
    }
}

/// <summary>x ← αx, by ranges.</summary>
internal readonly unsafe struct Scaling<T>(Kernels<T> kernels, T alpha, T* x) : IRangeWork
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public void Run(nint first, nint end) => kernels.Scal(end - first, alpha, x + first);
}

/// <summary>Σxᵢyᵢ or √Σxᵢ² by parts whose length depends on the vector's alone: the number of threads changes no bit.</summary>
internal readonly unsafe struct BlockSums<T>(Kernels<T> kernels, nint length, T* x, T* y, double* sums) : IRangeWork
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The largest number of blocks.</summary>
    public const int MostBlocks = 1024;

    private const nint LeastLength = 16 << 10;

    public nint BlockLength => nint.Max(LeastLength, (length + MostBlocks - 1) / MostBlocks);

    public nint Blocks => (length + BlockLength - 1) / BlockLength;

    public void Run(nint first, nint end)
    {
        for (nint block = first; block < end; block++)
        {
            nint start = block * BlockLength, count = nint.Min(BlockLength, length - start);
            sums[block] = y is null ? kernels.Nrm2(count, x + start) : kernels.Dot(count, x + start, y + start);
        }
    }
}
