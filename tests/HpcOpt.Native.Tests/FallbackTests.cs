using System.Diagnostics;
using HpcOpt.Interop;

namespace HpcOpt.Native.Tests;

/// <summary>What uses the native part works with or without it. <see cref="LoaderTests"/> runs this in processes that lack it.</summary>
public class FallbackTests
{
    /// <summary>Names the file that such a process finds damaged.</summary>
    internal const string Variable = "HPCOPT_TEST_DAMAGED_NATIVE";

    private const int Large = 1 << 20;

    [Fact]
    public void Wishes_are_granted_or_warned_of_once()
    {
        string? damaged = Environment.GetEnvironmentVariable(Variable);
        using StringWriter warnings = new();
        using TextWriterTraceListener listener = new(warnings);
        Trace.Listeners.Add(listener);

        Execution execution = new() { Memory = MemoryOptions.Interleaved };
        for (int i = 0; i < 3; i++)
        {
            using NativeVector<double> vector = new(Large, execution);
            Assert.Equal(damaged is null ? MemoryOptions.Interleaved : MemoryOptions.None, vector.Memory);
            Assert.False(vector.AsSpan().ContainsAnyExcept(0.0));
            vector.AsSpan().Fill(i);
        }

        Trace.Listeners.Remove(listener);
        string text = warnings.ToString();
        if (damaged is null)
        {
            Assert.NotEmpty(TheLibrary.File);
            Assert.Empty(text);
        }
        else
        {
            Assert.Equal(2, text.Split("HpcOpt goes on without interleaved memory and reserved huge pages: ").Length);
            Assert.Contains($"{damaged}: ", text, StringComparison.Ordinal);
            Assert.Equal(
                "libhpcopt_native.so was not loaded. /nowhere/a/libhpcopt_native.so: no such file; /nowhere/b/libhpcopt_native.so: "
                + "no such file; the system: libhpcopt_native.so: cannot open shared object file: No such file or directory. "
                + "HPCOPT_NATIVE=FILE names one elsewhere.",
                NativeLoader.Load(null, ["/nowhere/a", "/nowhere/b"]).Error);
            Assert.Equal((null, null), (NativePart.File, NativePart.Version));
            Assert.Contains(damaged, Assert.Throws<DllNotFoundException>(() => new ThreadPin(0)).Message, StringComparison.Ordinal);
        }
    }
}
