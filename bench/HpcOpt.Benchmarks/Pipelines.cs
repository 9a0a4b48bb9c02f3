using System.Runtime.CompilerServices;
using HpcOpt.Benchmarks.Peers;
using HpcOpt.Blas;
using HpcOpt.Cli.Bench;
using HpcOpt.Engine;
using HpcOpt.Lanes;

namespace HpcOpt.Benchmarks;

/// <summary>
/// Four gradients summed, their norm, clipping, AdamW and an average of the weights: as one step, beside the bytes of its two passes
/// and beside calls one after another.
/// </summary>
internal static unsafe class Pipelines
{
    private const int Length = 64 << 20;
    private const int Repetitions = 21;

    public static string Report()
    {
        List<string[]> rows = [];
        foreach (int threads in (int[])[1, 2])
        {
            foreach (bool averages in (bool[])[false, true])
            {
                rows.AddRange(Measure(threads, averages));
            }
        }

        string? missing = TorchPeers.All[0].Missing;
        return MarkdownTable.Of(["f32, 64 Mi parameters", "threads", "against", "figure", "ratio: median (quartiles)"], rows)
            + (missing is null ? "" : $"\nMissing: PyTorch: {missing}.\n");
    }

    private static IEnumerable<string[]> Measure(int threads, bool averages)
    {
        using var memory = new Memory(threads, averages);
        string name = averages ? "sum of 4, norm, clip, AdamW, average" : "sum of 4, norm, clip, AdamW";
        yield return Row("time of its two passes without mathematics: time", "≤ 1.05", Ratio(memory.OneStep, memory.Floor));
        yield return Row("the same by separate calls of this library: times as fast", "≥ 1.5", Ratio(memory.Separate, memory.OneStep));
        yield return
        [
            "norm and clip alone, one gradient",
            $"{threads}",
            "AdamW, and one read of the gradient: time",
            "≤ 1.00",
            Ratio(memory.Clipped, memory.StepAndRead).Format("F3"),
        ];
        if (TorchPeers.All[0].Missing is null)
        {
            using TorchTail torch = new(Length, threads, averages);
            yield return Row("PyTorch's calls (fused AdamW among them): times as fast", "≥ 1.6", Ratio(torch.Step, memory.OneStep));
        }

        string[] Row(string against, string figure, Quartiles ratio) => [name, $"{threads}", against, figure, ratio.Format("F3")];

        static Quartiles Ratio(Action subject, Action baseline) => Paired.Compare(subject, baseline, calls: 1, Repetitions).Ratio;
    }

    /// <summary>Three optimizers of the same parameters and gradients: with all options, with clipping alone, and bare.</summary>
    private sealed class Memory : IDisposable
    {
        private readonly StepMemory<float> _bare;
        private readonly Optimizer<float> _whole;
        private readonly Optimizer<float> _clipping;
        private readonly NativeVector<float>[] _gradients;
        private readonly GradientSum<float> _sum;
        private readonly NativeVector<float>? _average;
        private readonly VectorPass<float> _pass;
        private readonly LinearAlgebra _algebra;

        public Memory(int threads, bool averages)
        {
            Execution execution = new(threads: threads);
            _bare = new(Optimizer<float>.Create(Length, new AdamW(), execution));
            _whole = Optimizer<float>.Create(Length, new AdamW(), execution);
            _whole.Options = new StepOptions { MaxNorm = 1, AverageDecay = averages ? 0.999 : null };
            _clipping = Optimizer<float>.Create(Length, new AdamW(), execution);
            _clipping.Options = new StepOptions { MaxNorm = 1 };
            _pass = new VectorPass<float>(execution);
            _algebra = new LinearAlgebra("managed", execution);
            _gradients = [_bare.Gradient, .. Enumerable.Range(0, 3).Select(_ => new NativeVector<float>(Length, execution))];
            _sum = new GradientSum<float>(GradientReduction.Mean, _gradients);
            _average = averages ? new NativeVector<float>(Length, execution) : null;
            foreach (NativeVector<float> gradient in _gradients)
            {
                gradient.AsSpan().Fill(0.01f);
            }
        }

        public void OneStep() => _whole.Step(_bare.Parameters, _sum);

        public void Clipped() => _clipping.Step(_bare.Parameters, _gradients[0]);

        /// <summary>20 and 28 bytes a parameter, 36 with the average.</summary>
        public void Floor()
        {
            _pass.Run(
                new Passes(Pass.Add4), Length, _gradients[0].Pointer, _gradients[1].Pointer, _gradients[2].Pointer, _gradients[3].Pointer);
            _bare.Run(new ByteFloor(_average is null ? 2 : 3, IsLayerwise: false), _average is null ? null : _average.Pointer);
        }

        /// <summary>Every part a call: three additions, a product, the norm, a product, the step, the average.</summary>
        public void Separate()
        {
            foreach (NativeVector<float> gradient in _gradients[1..])
            {
                Run(Pass.Add, _gradients[0], gradient);
            }

            Run(Pass.Scale, _gradients[0], _gradients[0]);
            _algebra.Nrm2(_gradients[0].Pointer, Length);
            Run(Pass.Scale, _gradients[0], _gradients[0]);
            _bare.Step();
            if (_average is not null)
            {
                Run(Pass.Average, _average, _bare.Parameters);
            }
        }

        public void StepAndRead()
        {
            Run(Pass.Read, _gradients[0], _gradients[0]);
            _bare.Step();
        }

        public void Dispose()
        {
            _sum.Dispose();
            _average?.Dispose();
            Array.ForEach(_gradients[1..], gradient => gradient.Dispose());
            _whole.Dispose();
            _clipping.Dispose();
            _bare.Dispose();
        }

        private void Run(Pass pass, NativeVector<float> p, NativeVector<float> g) =>
            _pass.Run(new Passes(pass), Length, p.Pointer, g.Pointer);
    }

    private enum Pass
    {
        Add,
        Add4,
        Scale,
        Average,
        Read,
    }

    private readonly struct Passes(Pass pass) : IPass
    {
        public void Run<V, TSweep>(TSweep sweep)
            where V : unmanaged, ILanes<V>
            where TSweep : struct, ISweep<V>
        {
            switch (pass)
            {
                case Pass.Add: sweep.Run(default(Add<V>)); break;
                case Pass.Add4: sweep.Run(default(Add4<V>)); break;
                case Pass.Scale: sweep.Run(new Scale<V>(V.Create(0.25))); break;
                case Pass.Average: sweep.Run(new Average<V>(V.Create(0.001))); break;
                case Pass.Read: sweep.Run(default(Read<V>)); break;
            }
        }
    }

    private struct Add<V> : IUpdate<V>
        where V : unmanaged, ILanes<V>
    {
        public static int StateCount => 0;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly void Apply(ref V p, V g, ref V s0, ref V s1, ref V s2, ref V s3) => p += g;
    }

    private struct Add4<V> : IUpdate<V>
        where V : unmanaged, ILanes<V>
    {
        public static int StateCount => 2;

        public static Traffic Traffic => Traffic.All & ~Traffic.WriteState;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly void Apply(ref V p, V g, ref V s0, ref V s1, ref V s2, ref V s3) => p = p + g + (s0 + s1);
    }

    private readonly struct Scale<V>(V factor) : IUpdate<V>
        where V : unmanaged, ILanes<V>
    {
        public static int StateCount => 0;

        public static Traffic Traffic => Traffic.ReadParameters | Traffic.WriteParameters;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Apply(ref V p, V g, ref V s0, ref V s1, ref V s2, ref V s3) => p *= factor;
    }

    private readonly struct Average<V>(V share) : IUpdate<V>
        where V : unmanaged, ILanes<V>
    {
        public static int StateCount => 0;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Apply(ref V p, V g, ref V s0, ref V s1, ref V s2, ref V s3) => p = V.MulAdd(share, g - p, p);
    }

    // The sum keeps the loads alive; nobody reads it.
    private struct Read<V> : IUpdate<V>
        where V : unmanaged, ILanes<V>
    {
        private V _sum;

        public static int StateCount => 0;

        public static Traffic Traffic => Traffic.ReadGradient;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Apply(ref V p, V g, ref V s0, ref V s1, ref V s2, ref V s3) => _sum += g;
    }
}
