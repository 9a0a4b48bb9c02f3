using System.Runtime.CompilerServices;
using HpcOpt.Benchmarks.Peers;
using HpcOpt.Cli.Bench;
using HpcOpt.Engine;
using HpcOpt.Lanes;

namespace HpcOpt.Benchmarks;

/// <summary>Four gradients summed, their norm, clipping, AdamW and an average of the weights: fused, beside the bytes of two passes and beside calls one after another.</summary>
internal static unsafe class FusedSteps
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
        yield return Row("time of its two passes without mathematics: time", "≤ 1.05", Paired.Compare(memory.Fused, memory.Floor, 1, Repetitions).Ratio);
        yield return Row("the same by separate calls of this library: times as fast", "≥ 1.5", Paired.Compare(memory.Separate, memory.Fused, 1, Repetitions).Ratio);
        yield return
        [
            "norm and clip alone, one gradient", $"{threads}", "AdamW, and one read of the gradient: time", "≤ 1.00",
            Paired.Compare(memory.Clipped, memory.StepAndRead, 1, Repetitions).Ratio.Format("F3"),
        ];
        if (TorchPeers.All[0].Missing is null)
        {
            using TorchTail torch = new(Length, threads, averages);
            yield return Row("PyTorch's calls (fused AdamW among them): times as fast", "≥ 1.6", Paired.Compare(torch.Step, memory.Fused, 1, Repetitions).Ratio);
        }

        string[] Row(string against, string figure, Quartiles ratio) => [name, $"{threads}", against, figure, ratio.Format("F3")];
    }

    private sealed class Memory : IDisposable
    {
        private readonly StepMemory<float> _step;
        private readonly NativeVector<float>[] _gradients;
        private readonly FusedStep<float> _fused;
        private readonly FusedStep<float> _clipped;
        private readonly NativeVector<float>? _average;
        private readonly GradientMeasure<float> _measure = new();

        public Memory(int threads, bool averages)
        {
            _step = new(Optimizer<float>.Create(Length, new AdamW(), new Execution(threads: threads)));
            _gradients = [_step.Gradient, .. Enumerable.Range(0, 3).Select(_ => new NativeVector<float>(Length, _step.Optimizer.Execution))];
            _fused = new(_step.Optimizer, new FusedStepOptions { MaxNorm = 1, AverageDecay = averages ? 0.999 : null });
            _clipped = new(_step.Optimizer, new FusedStepOptions { MaxNorm = 1 });
            _average = averages ? new NativeVector<float>(Length, _step.Optimizer.Execution) : null;
            foreach (NativeVector<float> gradient in _gradients)
            {
                gradient.AsSpan().Fill(0.01f);
            }
        }

        public void Fused() => _fused.Step(_step.Parameters, _gradients);

        public void Clipped() => _clipped.Step(_step.Parameters, _gradients[0]);

        /// <summary>20 and 28 bytes a parameter, 36 with the average.</summary>
        public void Floor()
        {
            var sources = new Vectors<float>
            {
                Length = Length,
                P = _gradients[0].Pointer,
                G = _gradients[1].Pointer,
                S0 = _gradients[2].Pointer,
                S1 = _gradients[3].Pointer,
            };
            Run(new Passes(Pass.Add4), sources);
            Vectors<float> step = _step.Memory();
            step.S2 = _average is null ? null : _average.Pointer;
            Run(new ByteFloor(_average is null ? 2 : 3, isLayerwise: false), step);
        }

        /// <summary>Every part a call: three additions, a product, the norm, a product, the step, the average.</summary>
        public void Separate()
        {
            foreach (NativeVector<float> gradient in _gradients[1..])
            {
                Run(new Passes(Pass.Add), Pair(_gradients[0], gradient));
            }

            Run(new Passes(Pass.Scale), Pair(_gradients[0], _gradients[0]));
            float* first = _gradients[0].Pointer;
            _measure.Squares(_step.Optimizer.Execution, _step.Optimizer.ActiveRuns, new GradientSources<float> { First = (byte**)&first, Count = 1 });
            Run(new Passes(Pass.Scale), Pair(_gradients[0], _gradients[0]));
            _step.Step();
            if (_average is not null)
            {
                Run(new Passes(Pass.Average), Pair(_average, _step.Parameters));
            }
        }

        public void StepAndRead()
        {
            Run(new Passes(Pass.Read), Pair(_gradients[0], _gradients[0]));
            _step.Step();
        }

        public void Dispose()
        {
            _fused.Dispose();
            _average?.Dispose();
            Array.ForEach(_gradients[1..], gradient => gradient.Dispose());
            _step.Dispose();
        }

        private static Vectors<float> Pair(NativeVector<float> p, NativeVector<float> g) => new() { Length = Length, P = p.Pointer, G = g.Pointer };

        private void Run<TStep>(TStep step, Vectors<float> vectors)
            where TStep : struct, IStep => _step.Optimizer.Execution.Sweep(ref step, &vectors);
    }

    private enum Pass
    {
        Add,
        Add4,
        Scale,
        Average,
        Read,
    }

    private readonly struct Passes(Pass pass) : IStep
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
