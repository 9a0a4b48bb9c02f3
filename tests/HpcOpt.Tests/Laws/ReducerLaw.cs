namespace HpcOpt.Tests.Laws;

/// <summary>
/// A model in two parts, each with an optimizer and a thread of its own and a reduction between them, steps like the whole: layers are cut
/// at blocks of 4,096, and the parts agree on each norm, which differs from that of the whole by the order of its last additions alone.
/// </summary>
public class ReducerLaw
{
    private const int Steps = 4;

    // Sums of squares in double, added in another order.
    private const double Tolerance = 1e-12;

    private static readonly ParameterLayout Whole = ParameterLayout.Pack(("a", [5000]), ("b", [12000]), ("c", [300]));
    private static readonly ParameterLayout First = ParameterLayout.Pack(("a", [4096]), ("b", [8192]), ("c", [300]));
    private static readonly ParameterLayout Second = ParameterLayout.Pack(("a", [904]), ("b", [3808]), ("c", [0]));

    [Theory, MemberData(nameof(RuleRows.All), MemberType = typeof(RuleRows))]
    internal void Two_parts_clip_and_step_like_the_whole(RuleCase rule)
    {
        Run(rule, isInfinite: false);
        Run(rule, isInfinite: true);
    }

    private static void Run(RuleCase rule, bool isInfinite)
    {
        double[] theta = TestData.Numbers<double>((int)Whole.Length, 0), first = Part(theta, First), second = Part(theta, Second);
        using Optimizer<double> whole = Create(rule, Whole, null);
        using PairReducer pair = new();
        using Optimizer<double> left = Create(rule, First, pair.Left), right = Create(rule, Second, pair.Right);
        for (int step = 0; step < Steps; step++)
        {
            double[] g = TestData.Numbers<double>(theta.Length, 1 + step);
            g[4998] = isInfinite && step == 1 ? double.PositiveInfinity : g[4998];
            g[9] = isInfinite && step == 2 ? 1e200 : g[9];
            StepReport expected = whole.Step(theta, g), ofLeft = default, ofRight = default;
            Thread other = new(() => ofRight = right.Step(second, Part(g, Second)));
            other.Start();
            ofLeft = left.Step(first, Part(g, First));
            other.Join();
            Assert.Equal(ofLeft, ofRight);
            Assert.Equal(expected with { GradientNorm = ofLeft.GradientNorm }, ofLeft);
            Assert.Equal(expected.GradientNorm!.Value, ofLeft.GradientNorm!.Value, Tolerance * expected.GradientNorm.Value);
            Close(rule, Part(theta, First), first);
            Close(rule, Part(theta, Second), second);
        }
    }

    private static void Close(RuleCase rule, double[] expected, double[] actual)
    {
        for (int i = 0; i < expected.Length; i++)
        {
            if (!(Math.Abs(expected[i] - actual[i]) <= Tolerance * Math.Max(1, Math.Abs(expected[i]))))
                Assert.Fail($"{rule.Name}: {actual[i]:R} at {i}, expected {expected[i]:R}.");
        }
    }

    private static Optimizer<double> Create(RuleCase rule, ParameterLayout layout, IStepReducer? reducer)
    {
        Optimizer<double> optimizer = rule.Create<double>(layout, ["b"], TestData.Forced(ExecutionPath.Supported[0], 2));
        optimizer.Options = new() { MaxNorm = 20, NonFinite = NonFiniteGradient.Skip, Reducer = reducer };
        return optimizer;
    }

    /// <summary>What a part has of the whole: the beginnings of the segments, or their ends.</summary>
    private static double[] Part(double[] numbers, ParameterLayout part) =>
        [.. Whole.Segments.Zip(part.Segments).SelectMany(pair =>
            part.Equals(First) ? numbers.AsSpan((int)pair.First.Start, (int)pair.Second.Length).ToArray()
            : numbers.AsSpan((int)(pair.First.End - pair.Second.Length), (int)pair.Second.Length).ToArray())];

    /// <summary>Two processes in one: each call waits for the other's.</summary>
    private sealed class PairReducer : IDisposable
    {
        private readonly Barrier _barrier = new(2);
        private readonly double[][] _values = [[], []];

        public PairReducer() => (Left, Right) = (new(this, 0), new(this, 1));

        public Side Left { get; }

        public Side Right { get; }

        public void Dispose() => _barrier.Dispose();

        private void Combine(int side, Span<double> values, Func<double, double, double> operation)
        {
            _values[side] = values.ToArray();
            Assert.True(_barrier.SignalAndWait(TimeSpan.FromSeconds(60)), "The parts do not make the same calls.");
            for (int i = 0; i < values.Length; i++)
                values[i] = operation(_values[0][i], _values[1][i]);
            Assert.True(_barrier.SignalAndWait(TimeSpan.FromSeconds(60)), "The parts do not make the same calls.");
        }

        public sealed class Side(PairReducer pair, int side) : IStepReducer
        {
            public void Add(Span<double> sums) => pair.Combine(side, sums, (x, y) => x + y);

            public void Max(Span<double> values) => pair.Combine(side, values, Math.Max);
        }
    }
}
