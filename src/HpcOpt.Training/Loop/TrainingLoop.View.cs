using HpcOpt.Engine;

namespace HpcOpt.Training;

/// <summary>What the rules see.</summary>
internal sealed unsafe partial class TrainingLoop<T>
{
    private readonly View _view;

    private double EffectiveRate()
    {
        double largest = -1;
        ReadOnlySpan<T> gradient = _method.Gradient;
        for (int i = 0; i < _beforeStep.Length; i++)
        {
            double g = Math.Abs(double.CreateTruncating(gradient[i]));
            if (g > 0)
            {
                double change = Math.Abs(double.CreateTruncating(_parameters[i]) - double.CreateTruncating(_beforeStep[i]));
                largest = Math.Max(largest, change / g);
            }
        }

        return largest >= 0 ? largest : double.NaN; // which is below nothing
    }

    private sealed class View(TrainingLoop<T> loop) : TrainingView
    {
        private double _loss;
        private bool _isCurrent;
        private bool _isEpochOver;

        public override IReadOnlyList<EpochRecord> History => loop._history.Records;

        public override int EpochsOfRun => loop._history.Records.Count - loop._runEpoch;

        public override long StepsOfRun => loop._steps - loop._runStep;

        public override double Loss => _loss;

        public override bool IsCurrent => _isCurrent;

        public override double GradientNorm => _isEpochOver ? loop._gradientNorm : loop._method.GradientNorm;

        public override double ParameterNorm => VectorNorms.Norm<T>(loop._lastGood.Span);

        public override double ParameterChange => VectorNorms.Distance<T>(loop.Parameters, loop._lastGood.Span);

        public override double EffectiveRate => _isEpochOver ? loop._effectiveRate : double.NaN;

        public override int BestEpoch => loop._best.Epoch;

        public override TimeSpan Elapsed => loop.Elapsed;

        public void BeforeStep(double loss) => (_loss, _isCurrent, _isEpochOver) = (loss, loop._sampler.IsFullBatch, false);

        public void AfterStep(double loss) => (_loss, _isCurrent, _isEpochOver) = (loss, false, false);

        public void AfterEpoch(double loss) => (_loss, _isCurrent, _isEpochOver) = (loss, loop._method.LossAfterStep is not null, true);
    }
}
