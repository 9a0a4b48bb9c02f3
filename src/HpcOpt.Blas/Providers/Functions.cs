using System.Runtime.InteropServices;

namespace HpcOpt.Blas.Providers;

/// <summary>The functions of a library in one precision, with 32-bit counts (LP64); those that may be missing are null.</summary>
internal readonly unsafe struct Functions<T>
    where T : unmanaged
{
    public readonly delegate* unmanaged<int, int, int, int, int, int, T, T*, int, T*, int, T, T*, int, void> Gemm;
    public readonly delegate* unmanaged<int, int, int, int, int, T, T*, int, T, T*, int, void> Syrk;
    public readonly delegate* unmanaged<int, int, int, int, T, T*, int, T*, int, T, T*, int, void> Gemv;
    public readonly delegate* unmanaged<int, int, int, T, T*, int, T*, int, T*, int, void> Ger;
    public readonly delegate* unmanaged<int, T, T*, int, T*, int, void> Axpy;
    public readonly delegate* unmanaged<int, T, T*, int, T, T*, int, void> Axpby;
    public readonly delegate* unmanaged<int, T, T*, int, void> Scal;
    public readonly delegate* unmanaged<int, T*, int, T*, int, T> Dot;
    public readonly delegate* unmanaged<int, T*, int, T> Nrm2;

    // Fortran: everything by address, and the lengths of the strings, 1, after all arguments.
    public readonly delegate* unmanaged<byte*, byte*, int*, T*, int*, T*, T*, int*, int*, int*, int*, nint, nint, void> Syevd;
    public readonly delegate* unmanaged<byte*, int*, T*, int*, int*, nint, void> Potrf;

    /// <summary>Finds the functions; adds the names of those that no CBLAS lacks to <paramref name="missing"/>.</summary>
    public Functions(nint library, List<string> missing)
    {
        char precision = typeof(T) == typeof(float) ? 's' : 'd';
        Gemm = (delegate* unmanaged<int, int, int, int, int, int, T, T*, int, T*, int, T, T*, int, void>)Required("gemm");
        Syrk = (delegate* unmanaged<int, int, int, int, int, T, T*, int, T, T*, int, void>)Required("syrk");
        Gemv = (delegate* unmanaged<int, int, int, int, T, T*, int, T*, int, T, T*, int, void>)Required("gemv");
        Ger = (delegate* unmanaged<int, int, int, T, T*, int, T*, int, T*, int, void>)Required("ger");
        Axpy = (delegate* unmanaged<int, T, T*, int, T*, int, void>)Required("axpy");
        Scal = (delegate* unmanaged<int, T, T*, int, void>)Required("scal");
        Dot = (delegate* unmanaged<int, T*, int, T*, int, T>)Required("dot");
        Nrm2 = (delegate* unmanaged<int, T*, int, T>)Required("nrm2");
        Axpby = (delegate* unmanaged<int, T, T*, int, T, T*, int, void>)Optional($"cblas_{precision}axpby");
        Syevd = (delegate* unmanaged<byte*, byte*, int*, T*, int*, T*, T*, int*, int*, int*, int*, nint, nint, void>)Optional(
            $"{precision}syevd_");
        Potrf = (delegate* unmanaged<byte*, int*, T*, int*, int*, nint, void>)Optional($"{precision}potrf_");

        nint Required(string operation)
        {
            string name = $"cblas_{precision}{operation}";
            nint function = Optional(name);
            if (function == 0)
            {
                missing.Add(name);
            }

            return function;
        }

        nint Optional(string name) => NativeLibrary.TryGetExport(library, name, out nint function) ? function : 0;
    }
}
