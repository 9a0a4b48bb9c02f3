namespace HpcOpt.Tests.Schedules;

public class ScheduleTests
{
    /// <summary>Text, step, and the factor by the formula.</summary>
    public static TheoryData<string, long, double> Values => new()
    {
        { "constant", 7, 1 },
        { "constant:factor=0.5", 1, 0.5 },
        { "robbins-monro:tau=100,kappa=1", 100, 0.5 },
        { "robbins-monro:tau=10,kappa=0.75", 150, 0.125 },
        { "step:every=3,gamma=0.5", 3, 1 },
        { "step:every=3,gamma=0.5", 4, 0.5 },
        { "step:every=3,gamma=0.5", 10, 0.125 },
        { "multi-step:at=2/5,gamma=0.5", 2, 1 },
        { "multi-step:at=2/5,gamma=0.5", 3, 0.5 },
        { "multi-step:at=2/5,gamma=0.5", 5, 0.5 },
        { "multi-step:at=2/5,gamma=0.5", 6, 0.25 },
        { "exponential:gamma=0.9", 1, 1 },
        { "exponential:gamma=0.9", 4, 0.729 },
        { "polynomial:steps=10", 6, 0.5 },
        { "polynomial:steps=10,power=2,floor=0.2", 6, 0.2 + 0.8 * 0.25 },
        { "polynomial:steps=10,power=0.5", 11, 0 },
        { "polynomial:steps=10,floor=0.1", 99, 0.1 },
        { "inverse-sqrt", 4, 0.5 },
        { "inverse-sqrt:tau=3", 10, 0.5 },
        { "cosine:steps=10", 1, 1 },
        { "cosine:steps=12", 5, 0.75 },
        { "cosine:steps=10,floor=0.2", 6, 0.6 },
        { "cosine:steps=10,floor=0.2", 11, 0.2 },
        { "cosine-restarts:steps=4", 9, 1 },
        { "cosine-restarts:steps=4", 7, 0.5 },
        { "cosine-restarts:steps=4,growth=3", 5, 1 },
        { "cosine-restarts:steps=4,growth=3", 11, 0.5 },
        { "cosine-restarts:steps=4,growth=3", 17, 1 },
        { "cosine-restarts:steps=4,growth=3", 35, 0.5 },
        { "warmup:steps=4", 1, 0.25 },
        { "warmup:steps=4,start=0.5", 2, 0.75 },
        { "warmup:steps=4", 5, 1 },
        // PyTorch's OneCycleLR(max_lr=1, total_steps=10, pct_start=0.3): get_last_lr() before each step.
        { "one-cycle:steps=10", 1, 0.04 },
        { "one-cycle:steps=10", 2, 0.52 },
        { "one-cycle:steps=10", 3, 1 },
        { "one-cycle:steps=10", 10, 4e-6 },
        { "one-cycle:steps=11,rise=0.2727272727272727,start=0,floor=0", 7, 0.5 },
        { "one-cycle:steps=1", 1, 1 },
        { "warmup-stable-decay:steps=10,warmup=2,decay=4", 1, 0.5 },
        { "warmup-stable-decay:steps=10,warmup=2,decay=4", 7, 1 },
        { "warmup-stable-decay:steps=10,warmup=2,decay=4", 8, 0.75 },
        { "warmup-stable-decay:steps=10,warmup=2,decay=4,floor=0.2", 11, 0.2 },
        { "warmup:steps=4+cosine:steps=10", 4, 1 },
        { "warmup:steps=4+cosine:steps=10", 10, 0.5 },
        { "constant@3+exponential:gamma=0.5@2+step:every=1,gamma=0.1", 3, 1 },
        { "constant@3+exponential:gamma=0.5@2+step:every=1,gamma=0.1", 5, 0.5 },
        { "constant@3+exponential:gamma=0.5@2+step:every=1,gamma=0.1", 7, 0.1 },
        { "robbins-monro:tau=1E+2,kappa=1", 300, 0.25 },
    };

    [Theory, MemberData(nameof(Values))]
    public void Each_factor_is_that_of_the_formula(string text, long step, double factor) =>
        Assert.Equal(factor, Schedule.Parse(text).Factor(step), 1e-15);

    [Fact]
    public void Each_example_prints_as_it_is_read()
    {
        Assert.Equal(13, Schedule.Examples.Count);
        Assert.All(Schedule.Examples, example => Assert.Equal(example, Schedule.Parse(example).ToString()));
        Assert.All(Schedule.Examples, example => Assert.InRange(Schedule.Parse(example).Factor(long.MaxValue), 0, 1));
        string sequence = "constant:factor=1@3+warmup:steps=100,start=0+cosine:steps=1000,floor=0@20+inverse-sqrt:tau=1E+20";
        Assert.Equal(sequence, Schedule.Parse(sequence).ToString());
    }

    [Fact]
    public void A_sequence_of_sequences_is_the_sequence_of_their_parts()
    {
        SequenceSchedule whole = new CosineSchedule(20).WithWarmup(5).Then(
            new ConstantSchedule(0.1).Then(new StepSchedule(2), after: 3), after: 25);
        Assert.Equal("warmup:steps=5,start=0+cosine:steps=20,floor=0+constant:factor=0.1@3+step:every=2,gamma=0.1", whole.ToString());
        Assert.Equal([0L, 5, 25, 28], whole.Starts);
        Assert.Equal(whole.ToString(), Schedule.Parse(whole.ToString()).ToString());
        Assert.Equal([new CosineSchedule(20).Factor(20), 0.1, 0.1, 1, 1, 0.1], ((long[])[25, 26, 28, 29, 30, 31]).Select(whole.Factor));
        Assert.Throws<ArgumentOutOfRangeException>("after", () => whole.Then(new ConstantSchedule(), after: 28));
    }

    /// <summary>For ½ &lt; κ ≤ 1, Σ f(t) diverges and Σ f(t)² converges: from T to 2T the first gains no less, the second less.</summary>
    [Theory, InlineData(0.75, true), InlineData(1, true), InlineData(0.4, false), InlineData(1.5, false)]
    public void Robbins_and_Monros_conditions_hold_where_they_should(double kappa, bool hold)
    {
        var schedule = new RobbinsMonroSchedule(10, kappa);
        (double sum, double squares) early = Gains(1 << 12), late = Gains(1 << 16);
        Assert.Equal(hold, late.sum >= 0.95 * early.sum && late.squares < 0.9 * early.squares);

        (double, double) Gains(int from)
        {
            double[] factors = [.. Enumerable.Range(from, from).Select(t => schedule.Factor(t))];
            return (factors.Sum(), factors.Sum(f => f * f));
        }
    }

    [Fact]
    public void A_plateau_reduces_after_more_than_patience_reports_without_improvement()
    {
        ReduceOnPlateauSchedule schedule = new(gamma: 0.5, patience: 2, threshold: 0.1, floor: 0.2);
        double[] losses = [10, 9.5, 9.2, 9.1, 8, double.NaN, 8, 7.3, 9, 9, 9, 9];
        double[] factors = [1, 1, 1, 0.5, 0.5, 0.5, 0.5, 0.25, 0.25, 0.25, 0.2, 0.2];
        Assert.Equal(factors, losses.Select(loss =>
        {
            schedule.Report(1, loss);
            return schedule.Factor(1);
        }));

        ReduceOnPlateauSchedule resumed = new(gamma: 0.5, patience: 2, threshold: 0.1, floor: 0.1) { State = new(0.4, 8, 2) };
        resumed.Report(1, 8);
        Assert.Equal(new PlateauState(0.2, 8, 0), resumed.State);
        Assert.Throws<ArgumentOutOfRangeException>(() => resumed.State = new(2, 8, 2));
    }

    [Fact]
    public void In_a_sequence_a_plateau_hears_only_of_its_own_steps()
    {
        ReduceOnPlateauSchedule plateau = new(gamma: 0.5, patience: 0);
        SequenceSchedule schedule = plateau.WithWarmup(10);
        schedule.Report(10, 1);
        Assert.Equal(double.PositiveInfinity, plateau.State.Best);
        schedule.Report(11, 2);
        schedule.Report(12, 2);
        Assert.Equal(0.5, schedule.Factor(13));
    }

    [Theory]
    [InlineData("cosin:steps=3", "there is no schedule 'cosin'; expected, nearest first, 'cosine', ")]
    [InlineData("", "there is no schedule ''")]
    [InlineData("cosine", "cosine: 'steps' is missing; write it as in cosine:steps=1000,floor=0.")]
    [InlineData("cosine:step=3", "cosine: there is no setting 'step'; expected, nearest first, 'steps', 'floor'")]
    [InlineData("cosine:steps", "cosine: 'steps' has no value")]
    [InlineData("cosine:steps=3,steps=4", "cosine: 'steps' is given twice")]
    [InlineData("cosine:steps=0", "cosine: steps must be at least 1.")]
    [InlineData("cosine:steps=1e3", "cosine: steps is '1e3'; expected a whole number.")]
    [InlineData("cosine:steps=3,floor=2", "cosine: floor must be at least 0 and at most 1. It is 2.")]
    [InlineData("exponential:gamma=x", "exponential: gamma is 'x'; expected a number.")]
    [InlineData("exponential:gamma=NaN", "exponential: gamma must be")]
    [InlineData("robbins-monro:tau=0", "robbins-monro: tau must be a finite number greater than 0.")]
    [InlineData("multi-step:at=5/5", "multi-step: at has 5 after 5; expected rising")]
    [InlineData("warmup-stable-decay:steps=10,warmup=6,decay=5", "warmup-stable-decay: decay must be at least 0 and at most 4.")]
    [InlineData("constant+cosine:steps=3", "constant:factor=1 does not end by itself; write constant:factor=1@N")]
    [InlineData("constant@x+cosine:steps=3", "the number after @ is 'x'")]
    [InlineData("constant@0+cosine:steps=3", "after must be at least 1")]
    [InlineData("constant@3", "'@3' follows the last schedule")]
    public void A_wrong_text_names_what_is_wrong_and_what_was_expected(string text, string message) =>
        Assert.StartsWith(message, Assert.ThrowsAny<ArgumentException>(() => Schedule.Parse(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void There_is_no_step_zero() => Assert.Throws<ArgumentOutOfRangeException>("step", () => new ConstantSchedule().Factor(0));
}
