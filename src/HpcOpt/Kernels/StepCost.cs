namespace HpcOpt.Engine;

/// <summary>
/// What a step moves and divides for each parameter, as its update declares it; <see cref="Optimizer{T}.Cost"/> tells it.
/// </summary>
/// <param name="Parameters">Parameters read and written.</param>
/// <param name="Gradient">Gradients read.</param>
/// <param name="State">Times that the state is read and written.</param>
/// <param name="Traits">What is special of the state vectors.</param>
/// <param name="Divisions">Divisions, which no CPU pipelines as it does multiplications.</param>
/// <param name="Roots">Square roots, likewise.</param>
/// <param name="IsLayerwise">Whether the step works layer by layer, in two passes.</param>
public readonly record struct StepCost(
    int Parameters, int Gradient, int State, StateTraits Traits, int Divisions, int Roots, bool IsLayerwise)
{
    /// <summary>Bytes that a step moves for each parameter.</summary>
    internal double Bytes(NumberFormat parameters, NumberFormat gradient, IEnumerable<NumberFormat> state) =>
        (Parameters * parameters.BytesMoved()) + (Gradient * gradient.BytesMoved()) + (State * state.Sum(format => format.BytesMoved()));

    /// <summary>Of a rule with these options, in a step that is not one of its first.</summary>
    internal static unsafe StepCost Of<TRule>(TRule rule)
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
            *cost = Moved(TUpdate.Traffic) with { Traits = TUpdate.Traits, Divisions = divisions, Roots = roots };
        }

        public void RunLayerwise<TUpdate>(in TUpdate update)
            where TUpdate : unmanaged, ILayerwiseUpdate<CountingLanes>
        {
            CountingLanes p = default, s0 = default, s1 = default;
            CountingLanes.Take();
            update.Measure(default, default, ref s0, ref s1, out _, out _);
            update.Apply(default, ref p, default, ref s0, ref s1);
            (int divisions, int roots) = CountingLanes.Take();
            StepCost first = Moved(LayerwiseTraffic<CountingLanes, TUpdate>.First),
                second = Moved(LayerwiseTraffic<CountingLanes, TUpdate>.Second);
            *cost = new(
                first.Parameters + second.Parameters, first.Gradient + second.Gradient, first.State + second.State, TUpdate.Traits,
                divisions, roots, IsLayerwise: true);
        }

        private static StepCost Moved(Traffic traffic)
        {
            int Of(Traffic stream) => (traffic & stream) != Traffic.None ? 1 : 0;
            return new(
                Of(Traffic.ReadParameters) + Of(Traffic.WriteParameters), Of(Traffic.ReadGradient),
                Of(Traffic.ReadState) + Of(Traffic.WriteState), StateTraits.None, 0, 0, IsLayerwise: false);
        }
    }
}
