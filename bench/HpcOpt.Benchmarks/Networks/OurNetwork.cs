using System.Diagnostics;
using HpcOpt.Blas;
using HpcOpt.Training;

namespace HpcOpt.Benchmarks.Networks;

/// <summary>This library's, as the training loop runs it.</summary>
internal sealed class OurNetwork : INetwork
{
    private readonly MultilayerPerceptron<float> _model;
    private readonly Optimizer<float> _optimizer;
    private readonly float[] _parameters;
    private readonly float[] _gradient;
    private TimeSpan _optimizerTime;

    public OurNetwork(DataSet<float> data, LinearAlgebra linearAlgebra)
    {
        _model = new(data, new() { Hidden = NetworkProblem.Hidden, Seed = NetworkProblem.Seed }, linearAlgebra);
        _parameters = new float[_model.ParameterCount];
        _gradient = new float[_model.ParameterCount];
        _model.Initialize(_parameters);
        _optimizer = Optimizer<float>.Create(_model.Layout, new AdamW(), execution: linearAlgebra.Execution);
    }

    public ReadOnlySpan<float> Parameters => _parameters;

    public ParameterLayout Layout => _model.Layout;

    public double OptimizerSeconds => _optimizerTime.TotalSeconds;

    public double Gradient(ReadOnlySpan<int> rows, Span<float> gradient) => _model.Gradient(_parameters, rows, gradient);

    public double Epoch(ulong epoch)
    {
        EpochBatches batches = NetworkProblem.Batches(epoch);
        double loss = 0;
        for (int j = 0; j < batches.Count; j++)
        {
            loss += _model.Gradient(_parameters, batches[j], _gradient);
            long start = Stopwatch.GetTimestamp();
            _optimizer.Step(_parameters, _gradient);
            _optimizerTime += Stopwatch.GetElapsedTime(start);
        }

        return loss / batches.Count;
    }

    public void Dispose() => _optimizer.Dispose();
}
