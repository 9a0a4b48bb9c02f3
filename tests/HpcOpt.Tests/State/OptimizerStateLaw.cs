using System.Numerics;
using HpcOpt.Tests.Formats;
using HpcOpt.Tests.Laws;
using HpcOpt.Tests.Sparse;

namespace HpcOpt.Tests.State;

/// <summary>Steps, export, import into a fresh optimizer on another path, steps: the bits of a run without interruption.</summary>
public class OptimizerStateLaw
{
    private const int Steps = 4;

    private static readonly ParameterLayout Layout =
        ParameterLayout.Pack(("a", [17]), ("none", [0]), ("b", [300]), ("c", [5]), ("d", [2, 30]));

    [Theory, MemberData(nameof(RuleRows.All), MemberType = typeof(RuleRows))]
    internal void Every_storage_with_groups_average_scaler_and_schedule(RuleCase rule)
    {
        StoredCase full = new(StateFormat.Full, Rounding.Nearest, NumberFormat.Single, NumberFormat.Single);
        foreach (StoredCase storage in (StoredCase[])[full, .. StoredCase.Some])
            GoesOn<float>(rule, storage);
        GoesOn<double>(rule, new(StateFormat.Full, Rounding.Nearest, NumberFormat.Double, NumberFormat.Double));
    }

    [Theory, MemberData(nameof(SparseTable.All), MemberType = typeof(SparseTable))]
    internal void Sparse_steps_whose_decay_is_deferred(RuleCase rule)
    {
        GoesOnSparsely<float>(rule);
        GoesOnSparsely<double>(rule);
    }

    [Fact]
    public void An_optimizer_that_has_made_steps_forgets_them_at_an_import()
    {
        using Optimizer<float> source = Sparse<float>(Rule("adamw"), TestData.Plain), target = Sparse<float>(Rule("adamw"), TestData.Plain);
        (float[] theta, float[] other) = (TestData.Numbers<float>(60, 0), TestData.Numbers<float>(60, 0));
        StateSnapshot before = StateSnapshot.Of(source).Copy();
        SparseStep(target, other, 0);
        SparseStep(target, other, 1);
        before.Restore(target);
        other = [.. theta];
        for (int step = 2; step < 5; step++)
        {
            SparseStep(source, theta, step);
            SparseStep(target, other, step);
        }

        Assert.Equal(Everything.Of(source, theta), Everything.Of(target, other));
    }

    private static void GoesOn<T>(RuleCase rule, StoredCase storage)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        StoredNumbers theta = new(storage.Parameters, Start);
        using Optimizer<T> whole = Create<T>(rule, storage, TestData.Plain);
        for (int step = 0; step < Steps; step++)
            Step(whole, storage, theta, step);
        byte[] expected = Everything.Of(whole, theta.Bytes);

        ExecutionPath[] paths = [.. ExecutionPath.All];
        for (int p = 0; p < paths.Length; p++)
        {
            int cut = p % Steps;
            theta = new(storage.Parameters, Start);
            using Optimizer<T> before = Create<T>(rule, storage, TestData.Forced(paths[p], 1 + (p % 3)));
            using Optimizer<T> after = Create<T>(rule, storage, TestData.Forced(paths[(p + 1) % paths.Length], 3 - (p % 3)));
            for (int step = 0; step < cut; step++)
                Step(before, storage, theta, step);
            StateSnapshot.Of(before).Copy().Restore(after);
            for (int step = cut; step < Steps; step++)
                Step(after, storage, theta, step);
            if (!expected.AsSpan().SequenceEqual(Everything.Of(after, theta.Bytes)))
                Assert.Fail($"{rule.Name} {storage} from {paths[p]}, interrupted after {cut} steps.");
        }
    }

    private static void GoesOnSparsely<T>(RuleCase rule)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        const int SparseSteps = 6;
        T[] theta = TestData.Numbers<T>(60, 0);
        using Optimizer<T> whole = Sparse<T>(rule, TestData.Plain);
        for (int step = 0; step < SparseSteps; step++)
            SparseStep(whole, theta, step);
        byte[] expected = Everything.Of(whole, theta);
        whole.Flush(theta);
        T[] flushed = [.. theta];
        for (int cut = 0; cut <= SparseSteps; cut++)
        {
            theta = TestData.Numbers<T>(60, 0);
            using Optimizer<T> before = Sparse<T>(rule, TestData.Forced(ExecutionPath.Supported[0], 3));
            using Optimizer<T> after = Sparse<T>(rule, TestData.Plain);
            for (int step = 0; step < cut; step++)
                SparseStep(before, theta, step);
            StateSnapshot.Of(before).Copy().Restore(after);
            for (int step = cut; step < SparseSteps; step++)
                SparseStep(after, theta, step);
            Assert.Equal(expected, Everything.Of(after, theta));
            after.Flush(theta);
            Assert.Equal(flushed, theta);
        }
    }

    private static double[] Start => TestData.Numbers<double>((int)Layout.Length, 0);

    private static RuleCase Rule(string name) => RuleTable.All.Single(rule => rule.Name == name);

    private static Optimizer<T> Create<T>(RuleCase rule, StoredCase storage, Execution execution)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Optimizer<T> optimizer = rule.Create<T>(Layout, ["b"], execution, storage.Storage(), ["c"]);
        LossScaler scaler = new() { Scale = 4, GrowthInterval = 2 };
        bool keepsCopy = storage.Parameters == NumberFormat.Single;
        optimizer.Options = new() { MaxNorm = 20, AverageDecay = 0.75, LossScaler = scaler, KeepsCopy = keepsCopy };
        optimizer.Schedule = new CosineSchedule(steps: 5);
        return optimizer;
    }

    // The second step is skipped, because of which the scale shrinks; it grows later.
    private static void Step<T>(Optimizer<T> optimizer, StoredCase storage, StoredNumbers theta, int step)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        double[] gradient = TestData.Numbers<double>((int)Layout.Length, 1 + step);
        gradient[20] = step == 1 ? double.PositiveInfinity : gradient[20];
        Assert.Equal(step == 1, optimizer.Step(theta.As<T>(), new StoredNumbers(storage.Gradient, gradient).As<T>()).IsSkipped);
    }

    private static Optimizer<T> Sparse<T>(RuleCase rule, Execution execution)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Optimizer<T> optimizer = rule.Create<T>(60, execution);
        optimizer.Schedule = new CosineSchedule(steps: 9);
        return optimizer;
    }

    // Rows of 3, of which most are away for some steps.
    private static void SparseStep<T>(Optimizer<T> optimizer, T[] theta, int step)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        SparseGradient<T> gradient = new(60, width: 3);
        gradient.Add([step, (5 * step) % 20, 19 - step], TestData.Numbers<T>(9, 1 + step));
        optimizer.Step(theta, gradient);
    }
}
