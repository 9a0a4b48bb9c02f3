namespace HpcOpt.Tests.Laws;

/// <summary>The formulas are right, in double; float follows double; both find a minimum.</summary>
public class AccuracyLaws
{
    // Works on a matrix, in HpcOpt.Blas.
    private static readonly string[] Elsewhere = ["adagrad_full"];

    [Theory, MemberData(nameof(RuleRows.WithReference), MemberType = typeof(RuleRows))]
    internal void Double_agrees_with_the_reference_trajectory(RuleCase rule)
    {
        (double[] Theta, double[] Average)[] path = Trajectories.Run<double>(rule);
        RecordedRun run = Trajectories.Runs[rule.Reference!];
        foreach ((int step, double[] expected) in run.Theta)
            Agree(step, expected, path[step - 1].Theta);
        foreach ((int step, double[] expected) in run.Average ?? run.Theta)
            Agree(step, expected, path[step - 1].Average);

        static void Agree(int step, double[] expected, double[] actual)
        {
            for (int i = 0; i < expected.Length; i++)
            {
                double error = Math.Abs(actual[i] - expected[i]);
                Assert.True(
                    error <= 1e-11 * Math.Abs(expected[i]), $"θ[{i}] after step {step} is {actual[i]:R}, expected {expected[i]:R}.");
            }
        }
    }

    [Fact]
    public void Every_reference_run_has_its_line_in_the_table() =>
        Assert.Equal(
            Trajectories.Runs.Keys.Where(run => !Elsewhere.Contains(run.Split(' ')[0])).Order(),
            RuleTable.All.Select(rule => rule.Reference).OfType<string>().Distinct().Order());

    [Theory, MemberData(nameof(RuleRows.All), MemberType = typeof(RuleRows))]
    internal void Float_stays_within_the_rounding_errors_of_its_steps(RuleCase rule)
    {
        double[][] exact = [.. Trajectories.Run<double>(rule).Select(point => point.Theta)];
        double[][] rounded = [.. Trajectories.Run<float>(rule).Select(point => point.Theta)];

        // A step rounds about 8 times; each error is at most half a unit of the largest number that the step meets.
        double unit = Math.Pow(2, -24) * 8;
        double largest = Math.Max(1, exact.Max(theta => theta.Max(Math.Abs)));
        for (int t = 0; t < exact.Length; t++)
        {
            for (int i = 0; i < exact[t].Length; i++)
                Assert.InRange(Math.Abs(rounded[t][i] - exact[t][i]), 0, unit * (t + 1) * largest);
        }
    }

    [Theory, MemberData(nameof(RuleRows.All), MemberType = typeof(RuleRows))]
    internal void Every_rule_finds_the_minimum_of_the_chapters_quadratic(RuleCase rule)
    {
        // l(x, y) = 1 + 0.1x² + y² from (-10, 5), reached where l < 1.01. Adaptive rules settle as the rate falls; slow ones start higher.
        double sign = rule.Name.Contains("maximize") ? -1 : 1;
        double rate = rule.Name.Split('+')[0] switch { "adagrad" or "adadelta" => 10, "lars" => 30, _ => 0.3 };
        double[] theta = [-10, 5];
        double[] end = new double[2];
        using Optimizer<double> optimizer = rule.Create<double>(2, Execution.Default);
        double loss = double.PositiveInfinity;
        for (int t = 0; t < 5000 && loss >= 1.01; t++)
        {
            optimizer.LearningRate = rate / Math.Sqrt(1 + (t / 50.0));
            optimizer.Step(theta, (double[])[sign * 0.2 * theta[0], sign * 2 * theta[1]]);
            optimizer.WriteEvaluationPoint(theta, end);
            loss = 1 + (0.1 * end[0] * end[0]) + (end[1] * end[1]);
        }

        Assert.True(loss < 1.01, $"{rule.Name} ends at l({end[0]}, {end[1]}) = {loss}.");
    }
}
