using System.Diagnostics;
using HpcOpt.Blas.Managed;

namespace HpcOpt.Blas.Providers;

/// <summary>Which provider: by name, by path, or by measurement.</summary>
internal static unsafe class BlasChoice
{
    public const string Variable = "HPCOPT_BLAS";
    private const string Auto = "auto";
    private const string Expected = "auto, mkl, openblas, blis, managed, or the path of a library (with a /)";
    private const double Preference = 1.1;
    private const int Size = 384;
    private const int Rounds = 6;

    private static readonly Lazy<IReadOnlyList<MeasuredProvider>> MeasuredOnce = new(MeasureAll);

    /// <summary>Every usable provider with its speed, measured once for the process.</summary>
    public static IReadOnlyList<MeasuredProvider> Measured => MeasuredOnce.Value;

    /// <summary>How to get the requested provider; names and paths are looked up now, measurements made when it is called.</summary>
    public static Func<BlasProvider> Of(string? name)
    {
        string? variable = Environment.GetEnvironmentVariable(Variable);
        string asked = name ?? (string.IsNullOrEmpty(variable) ? Auto : variable);
        if (asked.Equals(Auto, StringComparison.OrdinalIgnoreCase))
        {
            return () => Fastest(Measured);
        }

        string by = name is null ? $"{Variable}={asked}" : $"The provider '{asked}'";
        BlasProvider provider = Find(asked, by)
            ?? throw (name is null
                ? new InvalidOperationException($"{Variable} is '{asked}'; expected {Expected}.")
                : new ArgumentException($"The provider is '{asked}'; expected {Expected}.", nameof(name)));
        return () => provider;
    }

    /// <summary>The fastest, but MKL unless another is more than 10% faster.</summary>
    public static BlasProvider Fastest(IReadOnlyList<MeasuredProvider> measured)
    {
        MeasuredProvider fastest = measured.MaxBy(one => one.Gigaflops)!;
        return measured.FirstOrDefault(one => one.Provider.Name == "mkl" && fastest.Gigaflops <= Preference * one.Gigaflops)?.Provider
            ?? fastest.Provider;
    }

    private static BlasProvider? Find(string asked, string by)
    {
        if (asked.Contains('/', StringComparison.Ordinal))
        {
            if (!File.Exists(asked))
            {
                throw new DllNotFoundException($"{by}: there is no such file.");
            }

            return BlasLibrary.Open(Path.GetFullPath(asked), [.. LoaderFolders.OfSystem()], out string? problem) is { } library
                ? new(library.Name, library.Version, library)
                : throw new DllNotFoundException($"{by}: the file {problem}.");
        }

        if (asked.Equals(BlasProvider.Managed.Name, StringComparison.OrdinalIgnoreCase))
        {
            return BlasProvider.Managed;
        }

        BlasSearch? kind = BlasSearch.Named(asked);
        return kind is null
            ? null
            : kind.Provider ?? throw new DllNotFoundException($"{by}: {kind.FullName} cannot be used: {kind.Missing}");
    }

    // In turn, so that a disturbance hits all of them; the first call, which loads and compiles, is never the best.
    private static MeasuredProvider[] MeasureAll()
    {
        BlasProvider[] providers = [.. BlasSearch.All.Select(kind => kind.Provider).OfType<BlasProvider>(), BlasProvider.Managed];
        Kernels<float>[] kernels = [.. providers.Select(provider => provider.Kernels<float>(Serial.Execution, int.MaxValue))];
        TimeSpan[] best = [.. providers.Select(_ => TimeSpan.MaxValue)];
        using NativeVector<float> memory = new(3 * Size * Size, Serial.Execution);
        memory.AsSpan().Fill(0.5f);
        float* a = memory.Pointer;
        for (int round = 0; round <= Rounds; round++)
        {
            for (int i = 0; i < providers.Length; i++)
            {
                long start = Stopwatch.GetTimestamp();
                kernels[i].Gemm(Size, Size, Size, 1, new(a, Size, isTransposed: false), new(a + (Size * Size), Size, isTransposed: false),
                    0, a + (2 * Size * Size), Size);
                TimeSpan time = Stopwatch.GetElapsedTime(start);
                best[i] = time < best[i] ? time : best[i];
            }
        }

        return [.. providers.Zip(best, (provider, time) => new MeasuredProvider(provider, 2e-9 * Size * Size * Size / time.TotalSeconds))];
    }
}
