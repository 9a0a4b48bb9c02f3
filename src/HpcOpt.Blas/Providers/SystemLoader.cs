using System.Runtime.InteropServices;
using System.Text;

namespace HpcOpt.Blas.Providers;

/// <summary>The system's loader of libraries, with a flag that the run-time's own does not offer.</summary>
internal static unsafe class SystemLoader
{
    // Functions are looked up at their first call.
    private const int Lazy = 1;

    // A library prefers its own functions. libmkl_rt loads its parts for all to see, and another library that is loaded beside it would
    // otherwise call MKL's dgemm_, xerbla_, … in place of its own.
    private const int DeepBind = 8;

    /// <summary>Loads a file.</summary>
    /// <returns>Its handle; 0 with the loader's own words if it cannot be loaded.</returns>
    public static nint Open(string file, out string? error)
    {
        // In libdl.so.2 before glibc 2.34, in libc.so.6 since; the program has loaded either.
        nint program = NativeLibrary.GetMainProgramHandle();
        var open = (delegate* unmanaged<byte*, int, nint>)NativeLibrary.GetExport(program, "dlopen");
        var describe = (delegate* unmanaged<nint>)NativeLibrary.GetExport(program, "dlerror");
        fixed (byte* name = Encoding.UTF8.GetBytes(file + "\0"))
        {
            nint handle = open(name, Lazy | DeepBind);
            error = handle == 0 ? Marshal.PtrToStringUTF8(describe()) : null;
            return handle;
        }
    }
}
