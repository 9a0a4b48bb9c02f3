using HpcOpt.Training;

namespace HpcOpt.Cli.Figures;

/// <summary>The path of an optimizer over the loss of a figure, as <c>paths.json</c> holds it.</summary>
/// <param name="Steps">How many steps were taken; the path has one point more.</param>
/// <param name="End">Its last point.</param>
/// <param name="Path">Every point (x, y) from the start.</param>
internal sealed record Descent(int Steps, double[] End, double[][] Path)
{
    /// <summary>Steps until the loss at the new point is the figure's goal or has stalled, or until the figure's last step.</summary>
    public static Descent Run(Figure figure, Panel panel)
    {
        using Optimizer<double> optimizer = panel.Create();
        Mt19937? random = panel.Noise is { } noise ? new(noise.Seed) : null;
        double[] theta = [figure.Start.X, figure.Start.Y];
        List<double[]> path = [[.. theta]];
        for (int index = 0; index < figure.MaxSteps; index++)
        {
            (double x, double y) = figure.Gradient(theta[0], theta[1]);
            double[] gradient = [Noisy(x), Noisy(y)];
            optimizer.Step(theta, gradient);
            path.Add([.. theta]);
            bool arrived = index > panel.IgnoreLossUpTo && figure.IsGoal(figure.Loss(theta[0], theta[1]));
            if (arrived || panel.HasStalled?.Invoke(index, optimizer) == true)
            {
                break;
            }
        }

        return new(path.Count - 1, path[^1], [.. path]);

        double Noisy(double g) => random is null ? g : g + random.NextNormal(0, panel.Noise!.Deviation(g));
    }
}
