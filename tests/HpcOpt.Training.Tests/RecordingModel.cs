namespace HpcOpt.Training.Tests;

/// <summary>½ Σ θ² whatever the rows, which are written down; from a given call on, a loss of NaN.</summary>
internal sealed class RecordingModel(int rows, int firstBadCall = int.MaxValue) : IModel<double>
{
    public List<int[]> Batches { get; } = [];

    public int ParameterCount => 2;

    public int RowCount => rows;

    public double Gradient(ReadOnlySpan<double> parameters, ReadOnlySpan<int> batch, Span<double> gradient)
    {
        Batches.Add(batch.ToArray());
        parameters.CopyTo(gradient);
        return Batches.Count >= firstBadCall ? double.NaN : Loss(parameters);
    }

    public double Loss(ReadOnlySpan<double> parameters) => 0.5 * (parameters[0] * parameters[0] + parameters[1] * parameters[1]);

    public double? Accuracy(ReadOnlySpan<double> parameters) => null;
}
