namespace HpcOpt.Tests;

/// <summary>Layouts and groups: what they refuse, and what freezing means.</summary>
public class LayoutTests
{
    private static readonly ParameterLayout Layout = ParameterLayout.Pack(("w", [2, 3]), ("b", [3]), ("head", [4]));

    [Fact]
    public void Packed_segments_follow_one_another()
    {
        Assert.Equal(["w[2, 3] at 0…5", "b[3] at 6…8", "head[4] at 9…12"], Layout.Segments.Select(segment => segment.ToString()));
        Assert.Equal(13, Layout.Length);
        Assert.Equal([7f, 8f, 9f], Layout["b"].Of(Enumerable.Range(1, 13).Select(i => (float)i).ToArray().AsSpan()).ToArray());
    }

    [Fact]
    public void What_no_layout_can_mean_is_refused()
    {
        Refused(() => new ParameterSegment("", [1], 0), "The segment at 0 has no name");
        Refused(() => new ParameterSegment("w", [-1], 0), "Segment 'w' of shape [-1] has a negative dimension");
        Refused(() => new ParameterSegment("w", [0, -3], 0), "has a negative dimension");
        Refused(() => new ParameterSegment("w", [nint.MaxValue, 2], 0), "too large for 64 bits");
        Refused(() => new ParameterSegment("w", [1], -1), "must start at 0 or later");
        Refused(() => new ParameterLayout(), "has no segments");
        Refused(() => ParameterLayout.Pack(("w", [1]), ("w", [1])), "Two segments are called 'w'");
        Refused(() => new ParameterLayout(new ParameterSegment("a", [4], 0), new ParameterSegment("b", [4], 3)),
            "Segments a[4] at 0…3 and b[4] at 3…6 overlap");
        Refused(() => Layout["c"], "There is no segment 'c'; expected one of w, b, head.");
    }

    [Fact]
    public void Segments_may_be_empty_without_dimensions_or_beyond_32_bits()
    {
        ParameterLayout layout = ParameterLayout.Pack(
            ("scalar", []), ("none", [0, nint.MaxValue, 2]), ("w", [70000, 70000]), ("last", [0]));
        Assert.Equal([1, 0, 4_900_000_000, 0], layout.Segments.Select(segment => (long)segment.Length));
        Assert.Equal(["scalar[] at 0…0", "w[70000, 70000] at 1…4900000000", "last[0] at 4900000001, empty"],
            layout.Segments.Where(segment => segment.Name != "none").Select(segment => segment.ToString()));
        Refused(() => layout["w"].Of<float>(new float[5]).Length, "w[70000, 70000] at 1…4900000000 does; it needs 4900000001 elements");
        Refused(() => layout["last"].Of<float>(new float[5]).Length, "it needs 4900000001 elements");
        Assert.Equal(1, layout["scalar"].Of<float>(new float[5]).Length);
    }

    [Fact]
    public void Layouts_are_equal_if_their_segments_are()
    {
        ParameterLayout same = ParameterLayout.Pack(("w", [2, 3]), ("b", [3]), ("head", [4]));
        Assert.Equal(Layout, same);
        Assert.Equal(Layout.GetHashCode(), same.GetHashCode());
        Assert.NotEqual(Layout, ParameterLayout.Pack(("w", [3, 2]), ("b", [3]), ("head", [4])));
        Assert.NotEqual(Layout, ParameterLayout.Pack(("v", [2, 3]), ("b", [3]), ("head", [4])));
        Assert.NotEqual(Layout, ParameterLayout.Pack(("w", [2, 3]), ("b", [3])));
        Assert.NotEqual(Layout, new ParameterLayout(new("w", [2, 3], 0), new("b", [3], 6), new("head", [4], 10)));
    }

    [Fact]
    public void What_no_group_can_mean_is_refused()
    {
        Refused(() => new ParameterGroup<AdamW>("", new(), "w"), "The group has no name");
        Refused(() => new ParameterGroup<AdamW>("g", new()), "Group 'g' has no segments");
        Refused(() => Create(new ParameterGroup<AdamW>("g", new(), "c")), "There is no segment 'c'");
        Refused(() => Create(new("g", new(), "w"), new("g", new(), "b")), "Two groups are called 'g'");
        Refused(() => Create(new("g", new(), "w"), new("h", new(), "b", "w")), "Segment 'w' is in group 'g' and in group 'h'");
        Refused(() => Create(new ParameterGroup<AdamW>("g", new AdamW { AmsGrad = true }, "w")), "needs other state");
    }

    [Fact]
    public void A_group_has_its_own_hyperparameters_and_they_may_change()
    {
        ParameterGroup<Sgd> slow = new("slow", new Sgd { LearningRate = 0.5 }, "b");
        using Optimizer<float, Sgd> optimizer = Optimizer<float>.Create(Layout, new Sgd { LearningRate = 1 }, [slow]);
        Assert.Equal(Steps(-1, -0.5f, -1), Step(optimizer));
        slow.LearningRate = 0.25;
        slow.Rule = slow.Rule with { Maximize = true };
        Assert.Equal(Steps(-1, 0.25f, -1), Step(optimizer));
    }

    [Fact]
    public void A_frozen_group_keeps_its_parameters_and_begins_anew_when_it_thaws()
    {
        ParameterGroup<Adam> head = new("head", new Adam { LearningRate = 1 }, "head") { IsFrozen = true };
        using Optimizer<float, Adam> optimizer = Optimizer<float>.Create(Layout, new Adam { LearningRate = 1 }, [head]);
        float[] first = Step(optimizer);
        Assert.All(first[9..], x => Assert.Equal(0, x));
        Assert.All(optimizer.State[0].AsSpan<float>()[9..].ToArray(), m => Assert.Equal(0, m));
        head.IsFrozen = false;
        Assert.Equal(first[..4], Step(optimizer)[9..]);
        head.IsFrozen = true;
        Assert.All(Step(optimizer)[9..], x => Assert.Equal(0, x));
    }

    [Fact]
    public void Padding_is_never_touched()
    {
        var layout = new ParameterLayout(new ParameterSegment("a", [3], 2), new ParameterSegment("b", [3], 7));
        using Optimizer<float, Sgd> optimizer = Optimizer<float>.Create(layout, new Sgd { LearningRate = 1 });
        Assert.Equal([0, 0, -1, -1, -1, 0, 0, -1, -1, -1], Step(optimizer));
    }

    [Fact]
    public void The_state_of_a_group_begins_where_its_rule_says()
    {
        ParameterGroup<AdaGrad> group = new("g", new AdaGrad { InitialAccumulator = 3 }, "b");
        using Optimizer<float, AdaGrad> optimizer = Optimizer<float>.Create(Layout, new AdaGrad(), [group]);
        Assert.Equal(Steps(0, 3, 0), optimizer.State[0].AsSpan<float>().ToArray());
    }

    [Fact]
    public void A_step_over_segments_allocates_nothing()
    {
        ParameterGroup<Lamb> group = new("g", new Lamb(), "b");
        using Optimizer<float, Lamb> optimizer = Optimizer<float>.Create(Layout, new Lamb(), [group]);
        float[] parameters = new float[13], gradient = new float[13];
        Assert.Equal(0, Allocation.Least(1000, () => optimizer.Step(parameters, gradient)));
    }

    [Fact]
    public void An_averaging_optimizer_is_evaluated_at_its_average()
    {
        using Optimizer<double, AveragedSgd> optimizer = Optimizer<double>.Create(
            1, new AveragedSgd { LearningRate = 1, Decay = 0, AverageFrom = 0 });
        double[] theta = [0], average = [9];
        optimizer.WriteEvaluationPoint(theta, average);
        Assert.Equal(theta, average);
        for (int t = 0; t < 4; t++)
            optimizer.Step(theta, (double[])[-1]);
        optimizer.WriteEvaluationPoint(theta, average);
        Assert.Equal(4, theta[0]);

        // Weights 1, 1, 1/2, 1/3 for 1, 2, 3, 4.
        Assert.Equal(3, average[0], 1e-15);
        optimizer.WriteEvaluationPoint(theta, theta);
        Assert.Equal(average, theta);
    }

    [Fact]
    public void Bytes_per_parameter_are_those_that_the_passes_move()
    {
        Assert.Equal(28, Optimizer<float>.Create(0, new AdamW()).BytesPerParameter);
        Assert.Equal(24, Optimizer<double>.Create(0, new Sgd()).BytesPerParameter);

        // First pass θ, g, m, v in and m, v out, second θ, m, v in and θ out.
        Assert.Equal(40, Optimizer<float>.Create(0, new Lamb()).BytesPerParameter);

        // First pass θ, g in, second θ, g, m in and θ, m out.
        Assert.Equal(28, Optimizer<float>.Create(0, new Lars()).BytesPerParameter);
    }

    private static Optimizer<float, AdamW> Create(params ParameterGroup<AdamW>[] groups) =>
        Optimizer<float>.Create(Layout, new AdamW(), groups);

    private static float[] Step<TRule>(Optimizer<float, TRule> optimizer)
        where TRule : struct, IOptimizerRule
    {
        float[] parameters = new float[optimizer.Length];
        optimizer.Step(parameters, Enumerable.Repeat(1f, parameters.Length).ToArray());
        return parameters;
    }

    private static float[] Steps(float w, float b, float head) =>
        [.. Enumerable.Repeat(w, 6), .. Enumerable.Repeat(b, 3), .. Enumerable.Repeat(head, 4)];

    private static void Refused(Func<object> action, string message) =>
        Assert.Contains(message, Assert.ThrowsAny<ArgumentException>(action).Message);
}
