using System.Numerics;

namespace HpcOpt.Blas;

/// <summary>How large a vector is, in double and in a fixed order.</summary>
internal static unsafe class Magnitude
{
    /// <summary>max |xᵢ|; NaN if any is.</summary>
    public static double Largest<T>(T* x, nint length)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T largest = T.Zero;
        for (nint i = 0; i < length; i++)
        {
            largest = T.Max(largest, T.Abs(x[i]));
        }

        return double.CreateTruncating(largest);
    }

    /// <summary>‖x‖₂ of finite numbers, also where their squares overflow or vanish.</summary>
    public static double Norm<T>(T* x, nint length)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        double largest = Largest(x, length);
        if (largest == 0)
        {
            return 0;
        }

        // A power of two changes no digit.
        int exponent = Math.Max(Math.ILogB(largest), -1022);
        double scale = Math.ScaleB(1, -exponent), sum = 0;
        for (nint i = 0; i < length; i++)
        {
            double value = double.CreateTruncating(x[i]) * scale;
            sum += value * value;
        }

        return Math.ScaleB(Math.Sqrt(sum), exponent);
    }
}
