namespace HpcOpt.Blas.Tests;

/// <summary>The formulas are right, in double; float follows double; both find a minimum.</summary>
public class MatrixAccuracyLaws
{
    [Theory, MemberData(nameof(MatrixRuleTable.Rows), MemberType = typeof(MatrixRuleTable))]
    internal void Double_agrees_with_the_reference_trajectory(MatrixRuleCase rule)
    {
        double[][] path = MatrixTrajectories.Run<double>(rule);
        foreach ((int step, double[] expected) in MatrixTrajectories.Runs[rule.Reference])
        {
            for (int i = 0; i < expected.Length; i++)
            {
                double error = Math.Abs(path[step - 1][i] - expected[i]);
                Assert.True(error <= 1e-11 * Math.Max(1, Math.Abs(expected[i])),
                    $"θ[{i}] after step {step} is {path[step - 1][i]:R}, expected {expected[i]:R}.");
            }
        }
    }

    [Fact]
    public void Every_reference_run_has_its_line_in_the_table() =>
        Assert.Equal(MatrixTrajectories.Runs.Keys.Order(), MatrixRuleTable.All.Select(rule => rule.Reference).Order());

    [Theory, MemberData(nameof(MatrixRuleTable.Rows), MemberType = typeof(MatrixRuleTable))]
    internal void Float_follows_double(MatrixRuleCase rule)
    {
        // Far from the 1e-7 of one rounding: the products of Newton-Schulz and the roots of small eigenvalues magnify it.
        double[][] exact = MatrixTrajectories.Run<double>(rule), rounded = MatrixTrajectories.Run<float>(rule);
        foreach ((double[] expected, double[] actual) in exact.Zip(rounded))
            Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, tolerance: 2e-4));
    }

    [Theory, MemberData(nameof(MatrixRuleTable.Rows), MemberType = typeof(MatrixRuleTable))]
    internal void Every_rule_finds_the_minimum_of_a_convex_quadratic(MatrixRuleCase rule)
    {
        // ½Σaᵢ(θᵢ - i/40)², a from 0.1 to 1. A falling rate lets updates of a fixed length settle.
        var layout = ParameterLayout.Pack(("square", [3, 3]), ("tall", [4, 2]), ("bias", [3]));
        double[] theta = new double[layout.Length], gradient = new double[layout.Length];
        using Optimizer<double> optimizer = rule.Create<double>(layout);
        (double first, double loss) = (0, double.PositiveInfinity);
        for (int t = 0; t < 3000 && !(loss < 1e-3 * first); t++)
        {
            loss = 0;
            for (int i = 0; i < theta.Length; i++)
            {
                double curvature = 0.1 + (0.9 * i / theta.Length), distance = theta[i] - (i / 40.0);
                gradient[i] = curvature * distance;
                loss += curvature * distance * distance / 2;
            }

            first = t == 0 ? loss : first;
            optimizer.LearningRate = 0.2 / Math.Sqrt(1 + (t / 10.0));
            optimizer.Step(theta, gradient);
        }

        Assert.True(loss < 1e-3 * first, $"{rule.Name} ends at {loss}, {loss / first} of the start.");
    }
}
