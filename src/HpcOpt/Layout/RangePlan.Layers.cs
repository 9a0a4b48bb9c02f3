using HpcOpt.Formats;

namespace HpcOpt.Engine;

// Layer-wise passes: measuring that writes nothing, and what lies between measuring and applying.
internal sealed unsafe partial class RangePlan
{
    /// <summary>Measures leaves whose state is copied first, to where the pass then writes it.</summary>
    private static void Try(CompiledUpdate* update, Streams streams, SegmentRange* range, nint first, nint end, SquareSums* sums)
    {
        const int Scales = SquareSums.LeafLength / Float8.BlockLength;
        double* numbers = stackalloc double[Streams.MostStates * SquareSums.LeafLength];
        float* scales = stackalloc float[Streams.MostStates * Scales];
        Streams copy = streams;
        for (nint leaf = first; leaf < end; leaf++)
        {
            (nint start, nint length) = range->Leaf(leaf);
            for (int k = 0; k < Streams.MostStates && Streams.StateOf(&streams, k)->Address != null; k++)
            {
                Numbers* from = Streams.StateOf(&streams, k), to = Streams.StateOf(&copy, k);
                int bytes = from->Format.Bytes();
                var own = (byte*)(numbers + (k * SquareSums.LeafLength));
                Buffer.MemoryCopy(from->At(start), own, length * bytes, length * bytes);
                to->Address = own - (start * bytes);
                if (from->Scales != null)
                {
                    nint scale = range->ScaleOf(start), count = (length + Float8.BlockLength - 1) / Float8.BlockLength;
                    new Span<float>(from->Scales + scale, (int)count).CopyTo(new(scales + (k * Scales), Scales));
                    to->Scales = scales + (k * Scales) - scale;
                }
            }

            update->Measure(update, &copy, range, leaf, leaf + 1, sums);
        }
    }

    /// <summary>What a layer-wise pass does between its two halves.</summary>
    private static class Layers
    {
        /// <summary>From the sums of squares of each layer to its factor.</summary>
        public static void Finish(Job* job)
        {
            for (int i = 0; i < job->Count; i++)
            {
                Finish(job, i, SumOf(job, i));
            }
        }

        /// <summary>The same behind a reduction.</summary>
        public static void Combine(Job* job, IStepReducer reducer)
        {
            double[] sums = new double[2 * job->Count];
            for (int i = 0; i < job->Count; i++)
            {
                (sums[2 * i], sums[(2 * i) + 1]) = SumOf(job, i);
            }

            reducer.Add(sums);
            for (int i = 0; i < job->Count; i++)
            {
                Finish(job, i, new(sums[2 * i], sums[(2 * i) + 1]));
            }
        }

        private static SquareSums SumOf(Job* job, int i) => SquareSums.Of(job->Sums + job->Ranges[i].FirstLeaf, job->Ranges[i].Leaves);

        private static void Finish(Job* job, int i, SquareSums sums)
        {
            CompiledUpdate* update = job->UpdateOf(job->Ranges + i);
            update->Finish(update, job->Ranges + i, sums);
        }
    }
}
