using System.Numerics;
using HpcOpt.Formats;
using HpcOpt.Lanes;

namespace HpcOpt.Engine;

/// <summary>Sums and measures the gradients of a step, over the segments that it will update.</summary>
internal sealed unsafe class GradientMeasure<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly RunsPlan<T> _plan = new(hasSums: true);

    /// <summary>‖Σ_k g_k‖₂² over <paramref name="runs"/>, in double and in the shape of <see cref="SquareSums"/>; writes the sum where there are several sources.</summary>
    public double Squares(Execution execution, IReadOnlyCollection<SegmentRun> runs, GradientSources<T> sources)
    {
        SegmentPlan<T> plan = _plan.For(runs);
        var job = new Job(plan, sources);
        execution.OnPath<T, Job>(ref job);
        return plan.Measure(execution, memory: null).X;
    }

    /// <summary>How many elements are not finite, and ‖g‖₂ of the others without overflow: slow, for the step that has some or whose squares overflow.</summary>
    public static (long NonFinite, double Norm) Inspect(IReadOnlyCollection<SegmentRun> runs, StoredNumbers gradient)
    {
        (long nonFinite, double largest) = (0, 0);
        foreach (SegmentRun run in runs)
        {
            for (nint i = run.Start; i < run.End; i++)
            {
                double size = Math.Abs(At(gradient, i));
                nonFinite += double.IsFinite(size) ? 0 : 1;
                largest = double.IsFinite(size) ? Math.Max(largest, size) : largest;
            }
        }

        double squares = 0;
        foreach (SegmentRun run in runs)
        {
            for (nint i = run.Start; i < run.End; i++)
            {
                double size = At(gradient, i) / largest;
                squares += double.IsFinite(size) ? size * size : 0;
            }
        }

        return (nonFinite, largest * Math.Sqrt(squares));
    }

    private static double At(StoredNumbers gradient, nint i) => gradient.Format switch
    {
        NumberFormat.BFloat16 => (float)((BFloat16*)gradient.Pointer)[i],
        NumberFormat.Half => (double)((Half*)gradient.Pointer)[i],
        _ => double.CreateTruncating(((T*)gradient.Pointer)[i]),
    };

    private readonly struct Job(SegmentPlan<T> plan, GradientSources<T> sources) : IPathJob<T>
    {
        public void Run<V>()
            where V : unmanaged, IMemoryLanes<V, T>
        {
            GroupPass pass = sources.Format switch
            {
                NumberFormat.BFloat16 => Pass<V, BFloat16Format>(sources.Count),
                NumberFormat.Half => Pass<V, HalfFormat>(sources.Count),
                _ => Pass<V, SingleFormat>(sources.Count),
            };
            plan.Set(0, sources, pass);
        }

        private static GroupPass Pass<V, TFormat>(int count)
            where V : unmanaged, IMemoryLanes<V, T>
            where TFormat : IFormat => new()
            {
                Measure = count switch
                {
                    1 => &GradientPass<T, V, OneSource, TFormat>.Measure,
                    2 => &GradientPass<T, V, TwoSources, TFormat>.Measure,
                    3 => &GradientPass<T, V, ThreeSources, TFormat>.Measure,
                    4 => &GradientPass<T, V, FourSources, TFormat>.Measure,
                    _ => &GradientPass<T, V, AnyNumberOfSources, TFormat>.Measure,
                },
            };
    }
}
