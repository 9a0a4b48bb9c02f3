using System.Runtime.InteropServices;
using HpcOpt.Blas;

namespace HpcOpt.Benchmarks.Peers;

/// <summary>Adam and AdamW by Intel MKL's axpy and vector mathematics, one pass each, on one thread.</summary>
internal static unsafe class MklPeer
{
    private const float Rate = 1e-3f, Beta1 = 0.9f, Beta2 = 0.999f, Epsilon = 1e-8f;

    private static delegate* unmanaged<int, float, float*, int, float, float*, int, void> _axpby;
    private static delegate* unmanaged<int, float, float*, int, float*, int, void> _axpy;
    private static delegate* unmanaged<int, float, float*, int, void> _scal;
    private static delegate* unmanaged<int, float*, float*, void> _sqr;
    private static delegate* unmanaged<int, float*, float*, void> _sqrt;
    private static delegate* unmanaged<int, float*, float*, float*, void> _div;
    private static delegate* unmanaged<int, float*, float*, float, float, float, float, float*, void> _linearFrac;

    public static PeerKind Kind { get; } =
        new("Intel MKL, axpy and VML", ["adam", "adamw"], problem => new StepState(problem, Passes)) { Missing = Load() };

    private static void Passes(StepState s)
    {
        int n = s.Length;
        float* p = s.Theta, g = s.Gradient, m = s.First, v = s.Second, t = s.Scratch;
        _axpby(n, 1 - Beta1, g, 1, Beta1, m, 1);
        _sqr(n, g, t);
        _axpby(n, 1 - Beta2, t, 1, Beta2, v, 1);
        _sqrt(n, v, t);
        _linearFrac(n, t, t, 1 / MathF.Sqrt(s.Correction2), Epsilon, 0, 1, t); // (at + b) / (0t + 1)
        _div(n, m, t, t);
        if (s.Decay > 0)
        {
            _scal(n, 1 - (Rate * s.Decay), p, 1);
        }

        _axpy(n, -Rate / s.Correction1, t, 1, p, 1);
    }

    private static string? Load()
    {
        string file;
        try
        {
            // Found and set to one thread as every provider is.
            file = new LinearAlgebra("mkl").Provider.File!;
        }
        catch (DllNotFoundException e)
        {
            return e.Message;
        }

        nint library = NativeLibrary.Load(file);
        _axpby = (delegate* unmanaged<int, float, float*, int, float, float*, int, void>)NativeLibrary.GetExport(library, "cblas_saxpby");
        _axpy = (delegate* unmanaged<int, float, float*, int, float*, int, void>)NativeLibrary.GetExport(library, "cblas_saxpy");
        _scal = (delegate* unmanaged<int, float, float*, int, void>)NativeLibrary.GetExport(library, "cblas_sscal");
        _sqr = (delegate* unmanaged<int, float*, float*, void>)NativeLibrary.GetExport(library, "vsSqr");
        _sqrt = (delegate* unmanaged<int, float*, float*, void>)NativeLibrary.GetExport(library, "vsSqrt");
        _div = (delegate* unmanaged<int, float*, float*, float*, void>)NativeLibrary.GetExport(library, "vsDiv");
        _linearFrac = (delegate* unmanaged<int, float*, float*, float, float, float, float, float*, void>)NativeLibrary.GetExport(
            library, "vsLinearFrac");
        return null;
    }
}
