using HpcOpt.Tests.Laws;

namespace HpcOpt.Tests.State;

/// <summary>
/// A step that fails, whatever of the user's it fails in, changes no byte of parameters, state, average, copy, counters and loss scaler;
/// and the next good step is that of an optimizer that never failed.
/// </summary>
public class FailureLaw
{
    private static readonly ParameterLayout Layout = ParameterLayout.Pack(("a", [17]), ("b", [4, 75]), ("c", [5]));

    private static readonly StepOptions Surrounded = new() { MaxNorm = 20, MaxValue = 0.7, AverageDecay = 0.75, KeepsCopy = true };

    [Theory, MemberData(nameof(RuleRows.All), MemberType = typeof(RuleRows))]
    internal void What_fails_outside_changes_nothing(RuleCase rule)
    {
        StepOptions scaled = Surrounded with { LossScaler = new() { Scale = 2, GrowthInterval = 2 } };
        using Twins twins = new(() => rule.Create<float>(Layout, ["b"], TestData.Plain), scaled);
        float[] g = TestData.Numbers<float>((int)Layout.Length, 50), infinite = [.. g];
        infinite[20] = float.PositiveInfinity;
        for (int step = 0; step < 3; step++)
        {
            StepOptions options = twins.Options, throws = options with { LossScaler = null, NonFinite = NonFiniteGradient.Throw };
            foreach (double factor in (double[])[double.NaN, -1, double.PositiveInfinity, double.NegativeInfinity])
                twins.Fail<InvalidOperationException>((o, theta) => o.Step(theta, g), schedule: new Given(() => factor));
            Given throwing = new(() => throw new TimeZoneNotFoundException()), huge = new(() => 1e300);
            twins.Fail<TimeZoneNotFoundException>((o, theta) => o.Step(theta, g), schedule: throwing);
            twins.Fail<ArgumentOutOfRangeException>((o, theta) => Hastened(o, () => o.Step(theta, g)), schedule: huge);
            twins.Fail<NotFiniteNumberException>((o, theta) => o.Step(theta, infinite), throws);
            for (int call = 0; call <= (rule.IsLayerwise ? 1 : 0); call++)
                twins.Fail<TimeZoneNotFoundException>((o, theta) => o.Step(theta, g), options with { Reducer = new FailingReducer(call) });
            for (int call = 0; call < 4; call++)
            {
                StepOptions failing = options with { Reducer = new FailingReducer(call) };
                twins.Fail<TimeZoneNotFoundException>((o, theta) => o.Step(theta, infinite), failing);
            }

            twins.Step(g);
        }
    }

    [Fact]
    public unsafe void Operands_that_do_not_fit_change_nothing()
    {
        using Twins twins = new(() => Optimizer<float>.Create(Layout, new AdamW()), Surrounded);
        float[] g = TestData.Numbers<float>((int)Layout.Length, 50);
        NativeVector<float> disposed = new(Layout.Length);
        disposed.Dispose();
        TensorList<float> list = new(Layout), gone = new(Layout), other = new(ParameterLayout.Pack(("a", [322])));
        gone.Dispose();
        using GradientAccumulator<float> empty = new(Layout.Length);
        for (int step = 0; step < 2; step++)
        {
            twins.Fail<ArgumentException>((o, theta) => o.Step(theta, new float[5]));
            twins.Fail<ArgumentException>((o, theta) => o.Step(theta.AsSpan(1), g));
            twins.Fail<ArgumentException>((o, _) => o.Step(new Half[Layout.Length], g));
            twins.Fail<ArgumentException>((o, theta) => o.Step((ReadOnlySpan<float>)theta, g));
            twins.Fail<ArgumentException>((o, _) => o.Step(g, Operand<float>.At((float*)o.State[0].Pointer, o.Length)));
            twins.Fail<ArgumentException>((o, _) => o.Step(Operand<float>.At((float*)o.Average!.Pointer, o.Length), g));
            twins.Fail<ArgumentException>((o, theta) => o.Step(theta, Operand<float>.At(o.Copy!.Pointer, o.Length, NumberFormat.BFloat16)));
            twins.Fail<ArgumentException>((o, theta) => o.Step(theta, other));
            twins.Fail<ObjectDisposedException>((o, theta) => o.Step(theta, gone));
            twins.Fail<ObjectDisposedException>((o, theta) => o.Step(theta, disposed));
            twins.Fail<ObjectDisposedException>((o, _) => o.Step(disposed, g));
            twins.Fail<InvalidOperationException>((o, theta) => o.Step(theta, empty));
            twins.Fail<ArgumentException>((o, _) => o.Step(list, g));
            twins.Fail<ArgumentException>((o, theta) => o.Step(theta, new SparseGradient<float>(5)));
            twins.Fail<NotSupportedException>((o, _) => o.Step(list, new SparseGradient<float>(Layout.Length)));
            twins.Fail<ArgumentException>((o, theta) => o.Step(empty, g));
            twins.Step(g);
        }
    }

    [Theory, InlineData("", false), InlineData("b", false), InlineData("", true)]
    public void A_rule_that_throws_changes_nothing(string group, bool isSparse)
    {
        FaultyRule good = new(), faulty = good with { IsFaulty = true };
        ParameterGroup<FaultyRule>[] Groups() => isSparse ? [] : [new("group", good with { LearningRate = 0.5 }, "b")];
        using Twins twins = new(() => Optimizer<float>.Create(Layout, good, Groups()), Surrounded);
        for (int step = 0; step < 4; step++)
        {
            int seed = step;
            float[] dense = TestData.Numbers<float>((int)Layout.Length, seed);
            SparseGradient<float> sparse = new(Layout.Length, width: 2);
            sparse.Add([step, 60 - step, 100], TestData.Numbers<float>(6, seed));

            // The average begins with the second step, when rows are behind.
            twins.Options = step == 0 ? new() : Surrounded with { LossScaler = new() { Scale = 2 } };
            for (int attempt = 0; attempt < 2; attempt++)
            {
                bool isLast = attempt == 1 || !isSparse;
                twins.Fail<TimeZoneNotFoundException>((o, theta) =>
                {
                    Set(o, faulty);
                    try
                    {
                        o.Step(theta, isLast ? dense : sparse);
                    }
                    finally
                    {
                        Set(o, good);
                    }
                });
            }

            if (isSparse && step < 3)
                twins.Step(sparse);
            else
                twins.Step(dense);
        }

        void Set(Optimizer<float> optimizer, FaultyRule rule)
        {
            var typed = (Optimizer<float, FaultyRule>)optimizer;
            if (group == "b")
                typed.Groups[0].Rule = rule with { LearningRate = 0.5 };
            else
                typed.Rule = rule;
        }
    }

    [Fact]
    public void A_gradient_that_is_not_finite_leaves_deferred_decay_as_it_is()
    {
        AdamW adamW = new() { LearningRate = 0.1, WeightDecay = 0.1 };
        StepOptions throws = new() { NonFinite = NonFiniteGradient.Throw };
        using Twins twins = new(() => Optimizer<float>.Create(Layout, adamW), throws);
        float[] infinite = [.. Enumerable.Repeat(float.NaN, (int)Layout.Length)];
        SparseGradient<float> sparse = new(Layout.Length, width: 2), wider = new(Layout.Length, width: 1);
        sparse.Add([3, 100], [1f, 2, 3, 4]);
        wider.Add([3], [float.NaN]);
        for (int step = 0; step < 3; step++)
        {
            twins.Step(sparse);
            twins.Fail<NotFiniteNumberException>((o, theta) => o.Step(theta, infinite));
            twins.Fail<NotFiniteNumberException>((o, theta) => o.Step(theta, wider));
            twins.Fail<NotFiniteNumberException>((o, theta) => o.Step(theta, infinite), throws with { AverageDecay = 0 });
        }
    }

    [Fact]
    public void An_optimizer_of_ones_own_that_throws_changes_nothing()
    {
        using Twins twins = new(() => new Descent(), Surrounded);
        float[] g = TestData.Numbers<float>((int)Layout.Length, 50);
        for (int step = 0; step < 2; step++)
        {
            twins.Fail<TimeZoneNotFoundException>((o, theta) =>
            {
                ((Descent)o).IsFaulty = true;
                o.Step(theta, g);
            });
            twins.Step(g);
        }
    }

    private static void Hastened(Optimizer<float> optimizer, Action step)
    {
        double rate = optimizer.LearningRate;
        optimizer.LearningRate = 1e300;
        try
        {
            step();
        }
        finally
        {
            optimizer.LearningRate = rate;
        }
    }

    /// <summary>An update outside the table of rules.</summary>
    private sealed unsafe class Descent() : Optimizer<float>("descent", FailureLaw.Layout.Length, [(new("sum"), 1)], TestData.Plain)
    {
        public bool IsFaulty { get; set; }

        public override double LearningRate { get; set; } = 0.1;

        public override ParameterLayout Layout => FailureLaw.Layout;

        protected override void Update(in StepContext<float> step)
        {
            if (IsFaulty)
            {
                IsFaulty = false;
                throw new TimeZoneNotFoundException();
            }

            for (int i = 0; i < Layout.Segments.Count; i++)
            {
                ParameterSegment segment = Layout.Segments[i];
                float* p = step.ParametersOf(segment, i), g = step.GradientOf(segment, i);
                for (nint k = 0; k < segment.Length; k++)
                    p[k] -= (float)(LearningRate * step.GradientScale) * g[k];
            }

            State[0].AsSpan<float>()[0]++;
        }
    }
}
