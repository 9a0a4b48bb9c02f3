using System.Numerics;
using HpcOpt.Formats;
using HpcOpt.Lanes;

namespace HpcOpt.Engine;

/// <summary>Sums and measures the gradients of a step, over the segments that it will update.</summary>
internal sealed unsafe class GradientMeasure<T>(Execution execution)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly CompiledUpdates _update = new(1);
    private RangePlan? _rows;
    private nint _rowsLength = -1;

    /// <summary>The first element that was not finite, of the last gradient that had one; -1 if it is another process's.</summary>
    public nint FirstNonFinite { get; private set; }

    /// <summary>A plan for the values of the rows of a sparse gradient.</summary>
    public RangePlan OfRows(nint length)
    {
        if (length != _rowsLength)
        {
            (_rows, _rowsLength) = (new RangePlan([new SegmentRange { End = length }], sizeof(T), hasSums: true), length);
        }

        return _rows!;
    }

    /// <summary>
    /// ‖Σ_k g_k‖₂ in double and in the shape of <see cref="SquareSums"/>, without the elements that are not finite, and how many those are;
    /// writes the sum where there are several sources.
    /// </summary>
    public (double Norm, long NonFinite) Norm(
        RangePlan plan, Streams* memory, TensorAddresses tensors, GradientSources<T> sources, IStepReducer? reducer)
    {
        if (sources.Count == 1)
        {
            sources.Format = memory->G.Format;
        }

        var job = new Job(_update, sources);
        execution.Dispatch<T, Job>(ref job);
        double squares = plan.Sum(execution, _update.First, memory, tensors).X;
        reducer?.Add(new Span<double>(ref squares));
        double norm = Math.Sqrt(squares);
        return double.IsFinite(norm) ? (norm, 0) : Inspect(plan, memory, tensors, reducer);
    }

    /// <summary>The same without overflow: slow, for the step that has elements that are not finite, or whose squares overflow.</summary>
    private (double Norm, long NonFinite) Inspect(RangePlan plan, Streams* memory, TensorAddresses tensors, IStepReducer? reducer)
    {
        double largest = 0, nonFinite = 0, squares = 0;
        FirstNonFinite = -1;
        ForEach(plan, memory, tensors, (i, size) =>
        {
            FirstNonFinite = FirstNonFinite < 0 && !double.IsFinite(size) ? i : FirstNonFinite;
            nonFinite += double.IsFinite(size) ? 0 : 1;
            largest = double.IsFinite(size) ? Math.Max(largest, size) : largest;
        });
        reducer?.Max(new Span<double>(ref largest));
        ForEach(plan, memory, tensors, (_, size) => squares += double.IsFinite(size) && size > 0 ? size / largest * (size / largest) : 0);
        reducer?.Add(new Span<double>(ref squares));
        reducer?.Add(new Span<double>(ref nonFinite));
        return (largest * Math.Sqrt(squares), (long)nonFinite);
    }

    private static void ForEach(RangePlan plan, Streams* memory, TensorAddresses tensors, Action<nint, double> visit)
    {
        T* floats = stackalloc T[Float8.BlockLength];
        Streams own = *memory;
        for (SegmentRange* range = plan.First; range < plan.First + plan.Count; range++)
        {
            if (!tensors.Place(range, &own))
            {
                continue;
            }

            for (nint i = range->Start; i < range->End; i += Float8.BlockLength)
            {
                int count = (int)nint.Min(Float8.BlockLength, range->End - i);
                Conversion<T, LanesPortable<T>>.Copy(own.G, i, floats, count);
                for (int k = 0; k < count; k++)
                {
                    visit(i + k, Math.Abs(double.CreateTruncating(floats[k])));
                }
            }
        }
    }

    private readonly struct Job(CompiledUpdates update, GradientSources<T> sources) : IKernelJob<T>
    {
        public void Run<V>()
            where V : unmanaged, IKernelLanes<V, T>
        {
            var loops = new Loops<V>(update, sources);
            NumberFormats.Run(new Numbers(null, sources.Format), ref loops);
        }
    }

    private readonly struct Loops<V>(CompiledUpdates update, GradientSources<T> sources) : IFormatJob
        where V : unmanaged, IKernelLanes<V, T>
    {
        public void Run<TFormat>()
            where TFormat : IFormat => update.Set(0, sources, new CompiledUpdate
            {
                Measure = sources.Count switch
                {
                    1 => &GradientPass<T, V, OneSource, TFormat>.Measure,
                    2 => &GradientPass<T, V, TwoSources, TFormat>.Measure,
                    3 => &GradientPass<T, V, ThreeSources, TFormat>.Measure,
                    4 => &GradientPass<T, V, FourSources, TFormat>.Measure,
                    _ => &GradientPass<T, V, AnyNumberOfSources, TFormat>.Measure,
                },
            });
    }
}
