namespace HpcOpt.Engine;

/// <summary>What a step costs for each parameter, as its update declares it.</summary>
/// <param name="Streams">Numbers read and written.</param>
/// <param name="Divisions">Divisions, which no CPU pipelines as it does multiplications.</param>
/// <param name="Roots">Square roots, likewise.</param>
/// <param name="IsLayerwise">Whether the step works layer by layer, in two passes.</param>
internal readonly record struct StepCost(int Streams, int Divisions, int Roots, bool IsLayerwise)
{
    /// <summary>Of a rule with these options, in a step that is not one of its first.</summary>
    public static unsafe StepCost Of<TRule>(TRule rule)
        where TRule : struct, IOptimizerRule
    {
        const long LateStep = 1_000_000;
        Span<double> scalars = [.. rule.Scalars.Select(scalar => scalar.Initial)];
        StepCost cost;
        fixed (double* first = scalars)
        {
            rule.Step<CountingLanes, Counter>(new StepInfo(LateStep, first, scalars.Length), new(&cost));
        }

        return cost;
    }

    /// <summary>Runs an update once, on lanes that count.</summary>
    private readonly unsafe struct Counter(StepCost* cost) : ISweep<CountingLanes>
    {
        public void Run<TUpdate>(in TUpdate update)
            where TUpdate : unmanaged, IUpdate<CountingLanes>
        {
            CountingLanes p = default, s0 = default, s1 = default, s2 = default, s3 = default;
            CountingLanes.Take();
            update.Apply(ref p, default, ref s0, ref s1, ref s2, ref s3);
            (int divisions, int roots) = CountingLanes.Take();
            *cost = new(Count(TUpdate.Traffic, TUpdate.StateCount), divisions, roots, IsLayerwise: false);
        }

        public void RunLayerwise<TUpdate>(in TUpdate update)
            where TUpdate : unmanaged, ILayerwiseUpdate<CountingLanes>
        {
            CountingLanes p = default, s0 = default, s1 = default;
            CountingLanes.Take();
            update.Measure(default, default, ref s0, ref s1, out _, out _);
            update.Apply(default, ref p, default, ref s0, ref s1);
            (int divisions, int roots) = CountingLanes.Take();
            int streams = Count(LayerwiseTraffic<CountingLanes, TUpdate>.First, TUpdate.StateCount) + Count(LayerwiseTraffic<CountingLanes, TUpdate>.Second, TUpdate.StateCount);
            *cost = new(streams, divisions, roots, IsLayerwise: true);
        }

        private static int Count(Traffic traffic, int stateCount)
        {
            int Of(Traffic stream, int vectors) => (traffic & stream) != Traffic.None ? vectors : 0;
            return Of(Traffic.ReadParameters, 1) + Of(Traffic.WriteParameters, 1) + Of(Traffic.ReadGradient, 1)
                + Of(Traffic.ReadState, stateCount) + Of(Traffic.WriteState, stateCount);
        }
    }
}
