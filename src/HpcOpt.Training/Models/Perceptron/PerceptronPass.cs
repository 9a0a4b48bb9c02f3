using System.Numerics;
using System.Numerics.Tensors;
using HpcOpt.Blas;

namespace HpcOpt.Training;

/// <summary>Takes rows through a network and back, as matrix products over all of them: X W forward, Xᵀ∂Z and ∂Z Wᵀ backward.</summary>
/// <remarks>
/// Its buffers grow to the most rows that it has seen and are then used again. Each hidden layer has two: one for the activations and, on
/// the way back, ∂L/∂z in their place; one for the sums z and then f'(z).
/// </remarks>
internal sealed unsafe class PerceptronPass<T>(
    PerceptronLayer[] layers, Activation activation, Dropout<T> dropout, LinearAlgebra linearAlgebra, bool hasClasses)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly T[][] _inputs = [.. layers.Select(_ => Array.Empty<T>())]; // of each layer: the rows, then activations
    private readonly T[][] _sums = [.. layers.Select(_ => Array.Empty<T>())]; // of each layer; the last one's are the scores
    private T[] _targets = [];
    private double[] _losses = [];
    private int _rows;

    /// <summary>The scores of the rows after <see cref="Forward{TTraining}"/>, K a row.</summary>
    public ReadOnlySpan<T> Scores => _sums[^1].AsSpan(0, _rows * layers[^1].Outputs);

    /// <summary>ℓ of each row.</summary>
    public ReadOnlySpan<double> Losses => _losses.AsSpan(0, _rows);

    /// <summary>Copies rows into one matrix.</summary>
    public void Load(DataSet<T> data, ReadOnlySpan<int> rows)
    {
        Reserve(rows.Length);
        _rows = rows.Length;
        Span<T> matrix = _inputs[0];
        ReadOnlySpan<T> targets = data.Targets;
        for (int i = 0; i < rows.Length; i++)
        {
            data.Row(rows[i]).CopyTo(matrix[(i * layers[0].Inputs)..]);
            _targets[i] = targets[rows[i]];
        }
    }

    /// <summary>Scores and losses of the rows; in training with dropout, and instead of the scores their derivatives.</summary>
    /// <typeparam name="TTraining">Whether <see cref="Backward"/> follows.</typeparam>
    /// <param name="parameters">θ.</param>
    /// <param name="batchSize">In training, the rows of the batch of which these are a part.</param>
    /// <param name="step">In training, of <see cref="Dropout{T}"/>.</param>
    /// <param name="position">In training, of the first row in the batch.</param>
    public void Forward<TTraining>(ReadOnlySpan<T> parameters, int batchSize, long step, int position)
        where TTraining : struct, IOption
    {
        fixed (T* theta = parameters, targets = _targets)
        fixed (double* losses = _losses)
        {
            for (int l = 0; l < layers.Length; l++)
            {
                PerceptronLayer layer = layers[l];
                linearAlgebra.Gemm(T.One, Inputs(l), Weights(parameters, layer), T.Zero, Sums(l));
                fixed (T* sums = _sums[l])
                {
                    if (l == layers.Length - 1)
                    {
                        OutputPass<T>.Run(
                            new()
                            {
                                Rows = _rows,
                                Outputs = layer.Outputs,
                                Scores = sums,
                                Intercepts = theta + layer.Intercepts,
                                Targets = targets,
                                Losses = losses,
                                HasClasses = hasClasses,
                                BatchSize = TTraining.IsOn ? batchSize : 0,
                            }, linearAlgebra.Execution);
                        continue;
                    }

                    fixed (T* outputs = _inputs[l + 1])
                    {
                        HiddenPass<T> pass = Hidden(l, sums, outputs, theta + layer.Intercepts);
                        Activate<TTraining>(pass with { Dropout = dropout, Step = step, Layer = l, Position = position });
                    }
                }
            }
        }
    }

    /// <summary>Writes the gradient of the rows, or adds it to that of those before, after <see cref="Forward{TTraining}"/>.</summary>
    public void Backward(ReadOnlySpan<T> parameters, Span<T> gradient, bool isFirst)
    {
        fixed (T* g = gradient)
        {
            for (int l = layers.Length - 1; l >= 0; l--)
            {
                PerceptronLayer layer = layers[l];
                ReadOnlyMatrixSpan<T> delta =
                    new((l == layers.Length - 1 ? _sums[l] : _inputs[l + 1]).AsSpan(0, _rows * layer.Outputs), _rows, layer.Outputs);
                MatrixSpan<T> weights = new(gradient.Slice(layer.Start, layer.Weights), layer.Inputs, layer.Outputs);
                linearAlgebra.Gemm(T.One, Inputs(l).Transposed, delta, isFirst ? T.Zero : T.One, weights);
                if (l == layers.Length - 1)
                {
                    AddScores(gradient.Slice(layer.Intercepts, layer.Outputs), isFirst);
                }

                if (l == 0)
                {
                    break; // nobody needs the gradient of the data
                }

                // The activations have served: ∂L/∂a takes their place.
                linearAlgebra.Gemm(T.One, delta, Weights(parameters, layer).Transposed, T.Zero, Inputs(l));
                PerceptronLayer before = layers[l - 1];
                if (isFirst)
                {
                    gradient.Slice(before.Intercepts, before.Outputs).Clear();
                }

                fixed (T* sums = _sums[l - 1], outputs = _inputs[l])
                {
                    HiddenPass<T>.Backward(Hidden(l - 1, sums, outputs, g + before.Intercepts), linearAlgebra.Execution);
                }
            }
        }
    }

    private void AddScores(Span<T> intercepts, bool isFirst)
    {
        if (isFirst)
        {
            intercepts.Clear();
        }

        ReadOnlySpan<T> scores = Scores;
        for (int i = 0; i < scores.Length; i += intercepts.Length)
        {
            TensorPrimitives.Add(intercepts, scores.Slice(i, intercepts.Length), intercepts);
        }
    }

    private void Activate<TTraining>(HiddenPass<T> pass)
        where TTraining : struct, IOption
    {
        switch (activation)
        {
            case Activation.Relu: HiddenPass<T>.Forward<Relu<T>, TTraining>(pass, linearAlgebra.Execution); break;
            case Activation.Tanh: HiddenPass<T>.Forward<Tanh<T>, TTraining>(pass, linearAlgebra.Execution); break;
            case Activation.Gelu: HiddenPass<T>.Forward<Gelu<T>, TTraining>(pass, linearAlgebra.Execution); break;
        }
    }

    private HiddenPass<T> Hidden(int layer, T* sums, T* outputs, T* intercepts) =>
        new() { Rows = _rows, Units = layers[layer].Outputs, Sums = sums, Outputs = outputs, Intercepts = intercepts };

    private MatrixSpan<T> Inputs(int layer) => new(_inputs[layer].AsSpan(0, _rows * layers[layer].Inputs), _rows, layers[layer].Inputs);

    private MatrixSpan<T> Sums(int layer) => new(_sums[layer].AsSpan(0, _rows * layers[layer].Outputs), _rows, layers[layer].Outputs);

    private static ReadOnlyMatrixSpan<T> Weights(ReadOnlySpan<T> parameters, PerceptronLayer layer) =>
        new(parameters.Slice(layer.Start, layer.Weights), layer.Inputs, layer.Outputs);

    private void Reserve(int rows)
    {
        if (rows <= _targets.Length)
        {
            return;
        }

        for (int l = 0; l < layers.Length; l++)
        {
            _inputs[l] = GC.AllocateUninitializedArray<T>(rows * layers[l].Inputs);
            _sums[l] = GC.AllocateUninitializedArray<T>(rows * layers[l].Outputs);
        }

        _targets = new T[rows];
        _losses = new double[rows];
    }
}
