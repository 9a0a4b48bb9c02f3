using System.Numerics;
using HpcOpt.Interop;
using HpcOpt.Tests;

namespace HpcOpt.Native.Tests;

/// <summary>An AdamW that somebody wrote apart, in C with intrinsics, has the bits of the managed one.</summary>
public unsafe class AdamWOracleTests
{
    private const int Steps = 6;
    private const int Margin = 16;

    private static readonly uint[] AllIsas = [NativeMethods.HPC_ISA_BEST, NativeMethods.HPC_ISA_SCALAR, NativeMethods.HPC_ISA_AVX2,
        NativeMethods.HPC_ISA_AVX512];

    private static IEnumerable<uint> Isas => AllIsas.Where(isa => NativeMethods.hpc_supports(isa) == NativeMethods.HPC_OK);

    [Theory, InlineData(0), InlineData(0.01)]
    public void Float_on_every_isa_length_and_offset(double weightDecay) => OnEveryExecution<float>(weightDecay);

    [Theory, InlineData(0), InlineData(0.01)]
    public void Double_on_every_isa_length_and_offset(double weightDecay) => OnEveryExecution<double>(weightDecay);

    [Fact]
    public void It_uses_what_the_CPU_has()
    {
        Assert.NotEmpty(TheLibrary.File);
        string[] flags = File.ReadLines("/proc/cpuinfo").First(line => line.StartsWith("flags")).Split(' ');
        bool fma = flags.Contains("fma");
        Assert.Equal(fma && flags.Contains("avx2"), NativeMethods.hpc_supports(NativeMethods.HPC_ISA_AVX2) == NativeMethods.HPC_OK);
        Assert.Equal(fma && flags.Contains("avx512f"), NativeMethods.hpc_supports(NativeMethods.HPC_ISA_AVX512) == NativeMethods.HPC_OK);
        Assert.Equal(NativeMethods.HPC_OK, NativeMethods.hpc_supports(NativeMethods.HPC_ISA_BEST));
        Assert.Equal(NativeMethods.HPC_OK, NativeMethods.hpc_supports(NativeMethods.HPC_ISA_SCALAR));
        Assert.Equal(-Errno.InvalidArgument, NativeMethods.hpc_supports(NativeMethods.HPC_ISA_AVX512 + 1));
    }

    [Fact]
    public void Bad_arguments_are_refused_before_anything_is_written()
    {
        Assert.NotEmpty(TheLibrary.File);
        hpc_adamw constants = FoldedAdamW.Of(new AdamW(), 1);
        float* x = stackalloc float[64];
        new Span<float>(x, 64).Fill(1);
        float* p = x, g = x + 16, m = x + 32, v = x + 48;

        Refused(NativeMethods.hpc_adamw_f32(null, p, g, m, v, 16, 0));
        Refused(NativeMethods.hpc_adamw_f32(&constants, null, g, m, v, 16, 0));
        Refused(NativeMethods.hpc_adamw_f32(&constants, p, null, m, v, 16, 0));
        Refused(NativeMethods.hpc_adamw_f32(&constants, p, g, null, v, 16, 0));
        Refused(NativeMethods.hpc_adamw_f32(&constants, p, g, m, null, 16, 0));
        Refused(NativeMethods.hpc_adamw_f32(&constants, (float*)((byte*)p + 2), g, m, v, 8, 0));
        Refused(NativeMethods.hpc_adamw_f64(&constants, (double*)p, (double*)g, (double*)(m + 1), (double*)v, 4, 0));
        Refused(NativeMethods.hpc_adamw_f32(&constants, p, g, m, v, 17, 0));
        Refused(NativeMethods.hpc_adamw_f32(&constants, p, p, m, v, 1, 0));
        Refused(NativeMethods.hpc_adamw_f32(&constants, p, g, m, v, ulong.MaxValue, 0));
        Refused(NativeMethods.hpc_adamw_f32(&constants, p, g, m, v, 16, 9));
        Assert.False(new Span<float>(x, 64).ContainsAnyExcept(1f));
        Assert.Equal(NativeMethods.HPC_OK, NativeMethods.hpc_adamw_f32(&constants, null, null, null, null, 0, 0));

        foreach (uint isa in AllIsas.Except(Isas))
            Assert.Equal(-Errno.NotSupported, NativeMethods.hpc_adamw_f32(&constants, p, g, m, v, 16, isa));
        Assert.False(new Span<float>(x, 64).ContainsAnyExcept(1f));

        static void Refused(int status) => Assert.Equal(-Errno.InvalidArgument, status);
    }

    private static void OnEveryExecution<T>(double weightDecay)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Assert.NotEmpty(TheLibrary.File);
        var rule = new AdamW { LearningRate = 0.01, WeightDecay = weightDecay };
        foreach (int length in Enumerable.Range(0, 72).Append(1027))
        {
            T[] start = TestData.Numbers<T>(length, length);
            T[][] gradients = [.. Enumerable.Range(1, Steps).Select(t => TestData.Numbers<T>(length, (1000 * t) + length))];
            foreach (ExecutionPath path in ExecutionPath.Supported)
            {
                byte[] expected = Managed(rule, TestData.Forced(path, 1), start, gradients);
                foreach (uint isa in Isas)
                {
                    foreach (int offset in new[] { 0, 1, 3 })
                    {
                        if (!Native(rule, isa, start, gradients, offset).AsSpan().SequenceEqual(expected))
                            Assert.Fail(
                                $"{typeof(T).Name}: isa {isa} differs from path {path} at length {length}, offset {offset}, "
                                + $"weight decay {weightDecay}.");
                    }
                }
            }
        }
    }

    private static byte[] Managed<T>(AdamW rule, Execution execution, T[] start, T[][] gradients)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        using Optimizer<T> optimizer = Optimizer<T>.Create(start.Length, rule, execution);
        T[] parameters = [.. start];
        foreach (T[] gradient in gradients)
            optimizer.Step(parameters, gradient);
        return TestData.Bits<T>(parameters, optimizer);
    }

    private static byte[] Native<T>(AdamW rule, uint isa, T[] start, T[][] gradients, int offset)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int length = start.Length, room = offset + length + Margin;
        T poison = T.CreateTruncating(3);
        T[] p = new T[room], g = new T[room], m = new T[room], v = new T[room];
        T[][] vectors = [p, m, v];
        Array.ForEach([p, g, m, v], x => Array.Fill(x, poison));
        start.CopyTo(p, offset);
        Array.Clear(m, offset, length);
        Array.Clear(v, offset, length);
        fixed (T* pp = p, pg = g, pm = m, pv = v)
        {
            for (int t = 1; t <= gradients.Length; t++)
            {
                gradients[t - 1].CopyTo(g, offset);
                hpc_adamw c = FoldedAdamW.Of(rule, t);
                int status = typeof(T) == typeof(float)
                    ? NativeMethods.hpc_adamw_f32(
                        &c, (float*)pp + offset, (float*)pg + offset, (float*)pm + offset, (float*)pv + offset, (ulong)length, isa)
                    : NativeMethods.hpc_adamw_f64(
                        &c, (double*)pp + offset, (double*)pg + offset, (double*)pm + offset, (double*)pv + offset, (ulong)length, isa);
                Assert.Equal(NativeMethods.HPC_OK, status);
            }
        }

        Assert.All(vectors,
            x => Assert.False(x.AsSpan(0, offset).ContainsAnyExcept(poison) || x.AsSpan(offset + length).ContainsAnyExcept(poison),
                "It wrote outside its range."));
        return [.. vectors.SelectMany(x => System.Runtime.InteropServices.MemoryMarshal.AsBytes(x.AsSpan(offset, length)).ToArray())];
    }
}
