namespace HpcOpt.Training;

/// <summary>A layer z = Wᵀx + b and where it lies in θ: W by inputs (n × k, row-major), then the k intercepts.</summary>
/// <param name="Inputs">n.</param>
/// <param name="Outputs">k.</param>
/// <param name="Start">Of W in θ.</param>
internal readonly record struct PerceptronLayer(int Inputs, int Outputs, int Start)
{
    public int Weights => Inputs * Outputs;

    public int Intercepts => Start + Weights;

    public int End => Intercepts + Outputs;

    /// <summary>The layers of a network.</summary>
    /// <exception cref="ArgumentException">θ would be longer than a span.</exception>
    public static PerceptronLayer[] Of(int features, IReadOnlyList<int> hidden, int outputs)
    {
        int[] widths = [features, .. hidden, outputs];
        Int128 count = 0;
        for (int i = 1; i < widths.Length; i++)
        {
            count += ((Int128)widths[i - 1] + 1) * widths[i];
        }

        if (count > Array.MaxLength)
        {
            throw new ArgumentException(
                $"layers of {string.Join("-", widths)} have {count} parameters; expected at most {Array.MaxLength}; "
                    + "make the hidden layers smaller", nameof(hidden));
        }

        PerceptronLayer[] layers = new PerceptronLayer[widths.Length - 1];
        for (int i = 0, start = 0; i < layers.Length; start = layers[i].End, i++)
        {
            layers[i] = new(widths[i], widths[i + 1], start);
        }

        return layers;
    }

    /// <summary>The segments <c>w1</c>, <c>b1</c>, <c>w2</c>, ….</summary>
    public static ParameterLayout Layout(IReadOnlyList<PerceptronLayer> layers) => new(layers.SelectMany((layer, i) => (ParameterSegment[])
    [
        new($"w{i + 1}", [layer.Inputs, layer.Outputs], layer.Start),
        new($"b{i + 1}", [layer.Outputs], layer.Intercepts),
    ]));
}
