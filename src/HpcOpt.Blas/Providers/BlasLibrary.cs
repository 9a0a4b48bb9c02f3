using System.Runtime.InteropServices;
using HpcOpt.Engine;

namespace HpcOpt.Blas.Providers;

/// <summary>A library with the CBLAS interface, loaded, set to one thread a call, and seen to multiply rightly.</summary>
internal sealed unsafe class BlasLibrary
{
    private readonly Functions<float> _single;
    private readonly Functions<double> _double;
    private readonly delegate* unmanaged<int, int> _setThreads;

    private BlasLibrary(string file, IReadOnlyCollection<string> folders, nint library)
    {
        File = file;
        List<string> missing = [];
        (_single, _double) = (new(library, missing), new(library, missing));
        if (missing.Count > 0)
        {
            throw new UnusableException(
                "is no CBLAS: it lacks "
                + $"{string.Join(", ", missing.Take(3))}{(missing.Count > 3 ? $" and {missing.Count - 3} more functions" : "")}");
        }

        if (NativeLibrary.TryGetExport(library, "MKL_Set_Threading_Layer", out _))
        {
            (Name, Version) = ("mkl", Mkl.SetUp(file, folders, library, out _setThreads));
        }
        else if (NativeLibrary.TryGetExport(library, "openblas_get_config", out nint config))
        {
            (Name, Version) = ("openblas", OpenBlas.SetUp(library, config));
        }
        else if (NativeLibrary.TryGetExport(library, "bli_info_get_version_str", out nint version))
        {
            (Name, Version) = ("blis", Marshal.PtrToStringUTF8(((delegate* unmanaged<nint>)version)()));
            if (NativeLibrary.TryGetExport(library, "bli_thread_set_num_threads", out nint threads))
            {
                ((delegate* unmanaged<nint, void>)threads)(1);
            }
        }
        else
        {
            Name = "cblas";
        }
    }

    /// <summary>What it is: <c>mkl</c>, <c>openblas</c>, <c>blis</c>, or <c>cblas</c>.</summary>
    public string Name { get; }

    public string? Version { get; }

    public string File { get; }

    /// <summary>Loads a library, or says why it cannot be used: a clause of which the file is the subject.</summary>
    /// <param name="file">The library.</param>
    /// <param name="folders">Where parts of it may lie, beside its own.</param>
    /// <param name="problem">Why it cannot be used.</param>
    public static BlasLibrary? Open(string file, IReadOnlyCollection<string> folders, out string? problem)
    {
        problem = ElfFile.Problem(file);
        if (problem is not null)
        {
            return null;
        }

        nint handle = SystemLoader.Open(file, out string? error);
        if (handle == 0)
        {
            problem = $"cannot be loaded: {error}";
            return null;
        }

        try
        {
            BlasLibrary library = new(file, folders, handle);
            problem = SelfTest.Problem(library);
            return problem is null ? library : null;
        }
        catch (UnusableException e)
        {
            // It stays loaded: to unload a library that has started threads ends the process.
            problem = e.Message;
            return null;
        }
    }

    public Functions<T> Functions<T>()
        where T : unmanaged => typeof(T) == typeof(float) ? (Functions<T>)(object)_single : (Functions<T>)(object)_double;

    /// <summary>Until it is disposed, calls on this thread use no other threads; nothing to do for a library that has none.</summary>
    public OneThread OnOneThread() => new(_setThreads);

    /// <summary>MKL's number of threads for the calling thread, which is 1 until this is disposed.</summary>
    public readonly ref struct OneThread
    {
        private readonly delegate* unmanaged<int, int> _set;
        private readonly int _before;

        public OneThread(delegate* unmanaged<int, int> set)
        {
            _set = set;
            _before = set is null ? 0 : set(1);
        }

        public void Dispose()
        {
            if (_set is not null)
            {
                _set(_before);
            }
        }
    }
}

/// <summary>A library was loaded and cannot be used.</summary>
internal sealed class UnusableException(string message) : Exception(message);
