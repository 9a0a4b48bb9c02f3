namespace HpcOpt.Benchmarks;

/// <summary>The parameters of ResNet-50 for 1,000 classes: 161 tensors, 25,557,032 numbers.</summary>
/// <remarks>He, Zhang, Ren, Sun, "Deep residual learning for image recognition", 2016, table 1; with batch normalization.</remarks>
internal static class ResNet50
{
    private const int Classes = 1000;
    private const int Expansion = 4;
    private static readonly (int Blocks, int Width)[] Stages = [(3, 64), (4, 128), (6, 256), (3, 512)];

    public static ParameterLayout Layout { get; } = ParameterLayout.Pack([.. Tensors()]);

    private static IEnumerable<(string, nint[])> Tensors()
    {
        List<(string, nint[])> tensors = [.. Convolution("stem", 3, 64, 7)];
        int inputs = 64;
        for (int stage = 0; stage < Stages.Length; stage++)
        {
            (int blocks, int width) = Stages[stage];
            for (int block = 0; block < blocks; block++)
            {
                string name = $"stage{stage + 1}.{block}";
                tensors.AddRange(Convolution($"{name}.reduce", inputs, width, 1));
                tensors.AddRange(Convolution($"{name}.filter", width, width, 3));
                tensors.AddRange(Convolution($"{name}.expand", width, width * Expansion, 1));
                if (block == 0)
                {
                    tensors.AddRange(Convolution($"{name}.shortcut", inputs, width * Expansion, 1));
                }

                inputs = width * Expansion;
            }
        }

        return [.. tensors, ("classes.weight", [Classes, inputs]), ("classes.bias", [Classes])];
    }

    /// <summary>A convolution without bias, and the scale and shift of the normalization behind it.</summary>
    private static IEnumerable<(string, nint[])> Convolution(string name, int inputs, int outputs, int kernel) =>
        [($"{name}.weight", [outputs, inputs, kernel, kernel]), ($"{name}.scale", [outputs]), ($"{name}.shift", [outputs])];
}
