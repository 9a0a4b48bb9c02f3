namespace HpcOpt.Tests.State;

/// <summary>Export after k calls, import into a fresh object, go on: as if nothing had happened.</summary>
public sealed class StatefulLaws
{
    private static readonly double[] Losses = [5, 4, 4, 4, 4.5, 3, 3, 3, 3, 2, 2, double.NaN, 2, 2];

    public static TheoryData<string> Schedules =>
    [
        "plateau:gamma=0.5,patience=1",
        "warmup:steps=4+plateau:gamma=0.5,patience=0",
        "plateau:gamma=0.9,patience=0@6+plateau:gamma=0.5,patience=1",
    ];

    [Theory, MemberData(nameof(Schedules))]
    public void Schedules_that_follow_losses(string text)
    {
        for (int cut = 0; cut <= Losses.Length; cut++)
        {
            Schedule whole = Schedule.Parse(text), before = Schedule.Parse(text), after = Schedule.Parse(text);
            Report(before, 0, cut);
            StateSnapshot.Of((IStateful)before).Copy().Restore((IStateful)after);
            Report(whole, 0, Losses.Length);
            Report(after, cut, Losses.Length);
            Assert.Equal(Factors(whole), Factors(after));
        }

        static void Report(Schedule schedule, int from, int to)
        {
            for (int i = from; i < to; i++)
            {
                schedule.Report(i + 1, Losses[i]);
            }
        }

        static double[] Factors(Schedule schedule) => [.. Enumerable.Range(1, 20).Select(step => schedule.Factor(step))];
    }

    [Fact]
    public void The_loss_scaler()
    {
        for (int cut = 0; cut <= 20; cut++)
        {
            LossScaler whole = new() { GrowthInterval = 3 }, before = new() { GrowthInterval = 3 }, after = new() { GrowthInterval = 3 };
            Update(whole, 0, 20);
            Update(before, 0, cut);
            StateSnapshot.Of(before).Copy().Restore(after);
            Update(after, cut, 20);
            Assert.Equal((whole.Scale, whole.GoodSteps), (after.Scale, after.GoodSteps));
        }

        static void Update(LossScaler scaler, int from, int to)
        {
            for (int i = from; i < to; i++)
            {
                scaler.Update(overflowed: i % 7 == 5);
            }
        }
    }

    [Theory, InlineData(false), InlineData(true)]
    public void The_accumulator_in_the_middle_of_a_window(bool isCompensated)
    {
        const int Length = 37;
        for (int cut = 0; cut <= 4; cut++)
        {
            using GradientAccumulator<float> whole = New(), before = New(), after = New();
            Add(whole, 0, 4);
            Add(before, 0, cut);
            StateSnapshot.Of(before).Copy().Restore(after);
            Assert.Equal(cut, after.Count);
            Add(after, cut, 4);
            float[] expected = new float[Length], actual = new float[Length];
            whole.CopyTo(expected);
            after.CopyTo(actual);
            Assert.Equal(expected, actual);
        }

        GradientAccumulator<float> New() => new(Length, isCompensated: isCompensated);

        static void Add(GradientAccumulator<float> accumulator, int from, int to)
        {
            for (int k = from; k < to; k++)
            {
                accumulator.Add(TestData.Numbers<float>(Length, k));
            }
        }
    }
}
