using System.Runtime.CompilerServices;

namespace HpcOpt.Tests.Memory;

public class NativeVectorTests
{
    [Theory, InlineData(0), InlineData(1), InlineData(1000), InlineData(3_000_000)]
    public unsafe void It_is_aligned_and_zero(int length)
    {
        using var vector = new NativeVector<double>(length);
        Assert.Equal(length, vector.Length);
        Assert.Equal(0, (nint)vector.Pointer % (length * sizeof(double) >= 4096 ? 4096 : 64));
        Assert.False(vector.AsSpan().ContainsAnyExcept(0.0));
    }

    [Fact]
    public unsafe void A_large_one_lies_in_huge_pages_where_the_kernel_offers_them()
    {
        const string Setting = "/sys/kernel/mm/transparent_hugepage/enabled";
        bool offered = File.Exists(Setting) && !File.ReadAllText(Setting).Contains("[never]");
        using var vector = new NativeVector<float>(16 << 20);
        string[] mapping = [.. File.ReadLines("/proc/self/smaps").SkipWhile(line => !Covers(line, (nint)vector.Pointer)).Skip(1).TakeWhile(
            line => !line.Contains(" rw-p ") && !line.Contains(" r--p "))];
        long kilobytes = long.Parse(
            mapping.First(line => line.StartsWith("AnonHugePages:")).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]);
        Assert.Equal(offered, kilobytes >= 60 << 10);
    }

    [Fact]
    public void A_disposed_one_says_so_everywhere()
    {
        var vector = new NativeVector<float>(4);
        vector.Dispose();
        vector.Dispose();
        Assert.Throws<ObjectDisposedException>(() => vector.AsSpan());
        Assert.Throws<ObjectDisposedException>(() => vector.AsSpan(1, 2));
        Assert.Throws<ObjectDisposedException>(() => vector[0]);
    }

    [Fact]
    public void Positions_outside_are_errors()
    {
        using var vector = new NativeVector<float>(4);
        Assert.Throws<ArgumentOutOfRangeException>(() => vector[4]);
        Assert.Throws<ArgumentOutOfRangeException>(() => vector[-1]);
        Assert.Throws<ArgumentOutOfRangeException>(() => vector.AsSpan(2, 3));
        Assert.Throws<ArgumentOutOfRangeException>(() => vector.AsSpan(-1, 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => vector.AsSpan(2, -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new NativeVector<float>(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new NativeVector<double>(nint.MaxValue));
    }

    [Fact]
    public void What_the_owner_forgot_is_freed()
    {
        long before = ResidentBytes();
        for (int i = 0; i < 40; i++)
            Forget();
        GC.Collect();
        GC.WaitForPendingFinalizers();
        Assert.InRange(ResidentBytes() - before, long.MinValue, 400L << 20);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Forget() => _ = new NativeVector<float>(8 << 20);

    private static long ResidentBytes() => Environment.WorkingSet;

    private static bool Covers(string line, nint address)
    {
        string[] range = line.Split(' ')[0].Split('-');
        return range.Length == 2 && nint.TryParse(range[0], System.Globalization.NumberStyles.HexNumber, null, out nint start)
            && nint.TryParse(range[1], System.Globalization.NumberStyles.HexNumber, null, out nint end)
            && start <= address && address < end;
    }

    [Fact]
    public unsafe void Foreign_memory_is_used_and_never_freed()
    {
        float[] memory = GC.AllocateArray<float>(3, pinned: true);
        fixed (float* first = memory)
        {
            NativeVector<float> theta = NativeVector<float>.Wrap(first, 3);
            using (Optimizer<float> sgd = Optimizer<float>.Create(3, new Sgd { LearningRate = 1 }))
                sgd.Step(theta, (float[])[1, 2, 3]);
            theta.Dispose();
            theta.Dispose();
            Assert.Throws<ObjectDisposedException>(() => theta[0]);
            Assert.Throws<ArgumentNullException>(() => NativeVector<float>.Wrap(null, 0));
            Assert.Throws<ArgumentOutOfRangeException>(() => NativeVector<float>.Wrap((float*)16, -1));
        }

        Assert.Equal([-1f, -2f, -3f], memory);
    }
}
