using System.CommandLine;
using System.Numerics;
using HpcOpt.Cli.Commands;
using HpcOpt.Cli.Plots;
using HpcOpt.Cli.Train;
using HpcOpt.Training;

namespace HpcOpt.Cli.LrFind;

/// <summary><c>hpcopt lr-find</c>: the range test, and what curvature and noise of the gradient say of the learning rate.</summary>
internal sealed class LrFindCommand : Verb
{
    private const double MomentumDecay = 0.9;
    private const string Positive = "a finite number above 0";

    private readonly TrainOptions _shared = new(isTraining: false);
    private readonly Option<double?> _from =
        ParsedOption.Number("--from", "X", "Rate of the first step [default: 1e-6]", Positive, IsPositive);
    private readonly Option<double?> _to = ParsedOption.Number("--to", "X", "Rate of the last step [default: 10]", Positive, IsPositive);
    private readonly Option<int?> _steps = ParsedOption.Count("--steps", "Steps of the test, from 10 [default: 200]");
    private readonly Option<string?> _plot = new("--plot") { HelpName = "FILE", Description = "The curve as a picture, .png or .svg" };
    private readonly ExecutionOptions _execution = new();
    private readonly Option<string?> _json = JsonReport.Option();

    public LrFindCommand()
        : base("lr-find", "Answers \"which learning rate?\": one short run whose rate grows from step to step (L. Smith, 2017) suggests "
            + "the rate at which the loss falls fastest; the largest\n"
            + "curvature at the start gives the limits beyond which gradient descent and momentum diverge on a quadratic, "
            + "and the noise of the gradient the useful batch size.", """
            hpcopt lr-find --optimizer sgd
            hpcopt lr-find --data grunfeld.csv --target invest --features value,capital --model linear --optimizer adamw --plot range.png
            """)
    {
        _shared.AddTo(this);
        foreach (Option option in (Option[])[_from, _to, _steps, _plot])
        {
            Add(option);
        }

        _execution.AddTo(this);
        Add(_json);
        SetAction(Run);
    }

    private int Run(ParseResult result)
    {
        TrainSettings settings = _shared.Read(result);
        OptimizerConfiguration rule = OptimizerOptions.Rule(settings);
        settings = settings.Checked();
        (double from, double to, int steps) = (result.GetValue(_from) ?? 1e-6, result.GetValue(_to) ?? 10, result.GetValue(_steps) ?? 200);
        if (from >= to || steps < 10)
        {
            throw new CliException(ExitCode.Usage, from >= to
                ? $"--to is {to}; expected more than --from, {from}." : $"--steps is {steps}; expected at least 10.");
        }

        Execution execution = _execution.Create(result);
        if (settings.Data.IsSparse)
        {
            throw new CliException(ExitCode.Usage,
                $"--data {settings.Data.File}: lr-find works on dense rows; try rates with 'hpcopt train', or give a CSV file.");
        }

        DenseData data = DenseData.Load(settings);
        PlotFile? plot = result.GetValue(_plot) is { } path ? new("--plot", path) : null;
        using JsonReport json = JsonReport.Create(result, _json);
        LrFindReport report = settings.SinglePrecision ? Measure<float>() : Measure<double>();
        plot?.Write(report.Chart());
        json.Write(report);
        if (!json.TakesOutput)
        {
            report.Show(Screen.On(result.InvocationConfiguration.Output));
        }

        return ExitCode.Done;

        LrFindReport Measure<T>()
            where T : unmanaged, IBinaryFloatingPointIeee754<T>
        {
            DenseModels<T> models = new(settings, data, execution);
            T[] start = models.Start();
            Sampler sampler = data.Sampler ?? (settings.Options.BatchSize == TrainingOptions.FullBatch
                ? new FullBatch(models.Train.RowCount)
                : new RandomPartition(models.Train.RowCount, settings.Options.BatchSize));
            RangeTest test = RangeTest.Run<T>(models.Train, start, () => rule.Create<T>(start.Length, models.Train.Layout, execution),
                sampler, from, to, steps, settings.Options.Seed);

            // In double whatever the precision: differences of gradients lose half of the digits. And of one function: without dropout.
            DenseModels<double> exact = new(settings.WithoutDropout(), data, execution);
            double[] origin = exact.Start();
            Curvature curvature = Curvature.Largest<double>(exact.Train, origin, seed: settings.Options.Seed);
            GradientNoise noise = GradientNoise.Of<double>(exact.Train, origin, seed: settings.Options.Seed);
            return new()
            {
                Optimizer = rule.Name,
                SuggestedRate = test.SuggestedRate,
                HighestRate = test.HighestRate,
                HasDiverged = test.HasDiverged,
                Curvature = curvature.Value,
                CurvatureHasConverged = curvature.HasConverged,
                GradientDescentLimit = curvature.Value > 0 ? StabilityLimits.GradientDescent(curvature.Value) : null,
                MomentumLimit = curvature.Value > 0 ? StabilityLimits.Momentum(curvature.Value, MomentumDecay) : null,
                NoiseScale = double.IsFinite(noise.Scale) ? noise.Scale : null,
                Rates = test.Rates,
                Losses = [.. test.Losses.Select(loss => loss * models.LossUnit)],
                SmoothedLosses = [.. test.SmoothedLosses.Select(loss => loss * models.LossUnit)],
            };
        }
    }

    private static bool IsPositive(double value) => value > 0 && double.IsFinite(value);
}
