using System.Numerics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using HpcOpt.Tests;

namespace HpcOpt.Training.Tests;

/// <summary>What holds for every model in <see cref="ModelTable"/>, in float and in double.</summary>
public sealed class ModelLaws
{
    public static TheoryData<string> Models => ModelTable.Names;

    [Theory, MemberData(nameof(Models))]
    public void Gradient_agrees_with_central_differences(string name)
    {
        IModel<double> model = ModelTable.Create<double>(name);
        Assert.InRange(
            GradientCheck.Run<double>(model, TestData.Uniform<double>(model.ParameterCount, stream: 5)).MaxRelativeError, 0, 1e-8);
        IModel<float> single = ModelTable.Create<float>(name);
        Assert.InRange(
            GradientCheck.Run<float>(single, TestData.Uniform<float>(single.ParameterCount, stream: 5), [0]).MaxRelativeError, 0, 2e-3);
    }

    [Theory, MemberData(nameof(Models))]
    public void Float_gradient_is_near_the_double_one(string name)
    {
        IModel<float> single = ModelTable.Create<float>(name);
        IModel<double> reference = ModelTable.Create<double>(name);
        float[] gradient = new float[single.ParameterCount];
        double[] expected = new double[single.ParameterCount];
        int[] rows = [.. Enumerable.Range(0, single.RowCount)];
        double loss = single.Gradient(TestData.Uniform<float>(single.ParameterCount, stream: 5), rows, gradient);
        Assert.Equal(reference.Gradient(TestData.Uniform<double>(single.ParameterCount, stream: 5), rows, expected), loss, tolerance: 1e-5);
        Assert.All(expected.Zip(gradient), pair => Assert.Equal(pair.First, pair.Second, tolerance: 1e-5));
    }

    [Theory, MemberData(nameof(Models))]
    public void Batch_gradients_average_to_the_full_gradient(string name)
    {
        CheckAverage<double>(name, tolerance: 1e-14);
        CheckAverage<float>(name, tolerance: 1e-6);
    }

    [Theory, MemberData(nameof(Models))]
    public void A_layout_covers_the_parameters(string name)
    {
        IModel<double> model = ModelTable.Create<double>(name);
        Assert.Equal(model.ParameterCount, model.Layout?.Segments.Sum(segment => segment.Length) ?? model.ParameterCount);
        Assert.Equal(model.ParameterCount, model.Layout?.Length ?? model.ParameterCount);
    }

    [Fact]
    public void The_weights_of_classes_are_a_matrix_and_those_of_one_score_a_vector()
    {
        Assert.Equal(["weights[3, 4] at 0…11", "intercepts[4] at 12…15"],
            ModelTable.Create<float>("softmax").Layout!.Segments.Select(segment => segment.ToString()));
        Assert.Equal(["weights[3] at 0…2", "intercepts[1] at 3…3"],
            ModelTable.Create<float>("linear").Layout!.Segments.Select(segment => segment.ToString()));
    }

    [Theory, MemberData(nameof(Models))]
    public void Loss_is_the_loss_of_the_batch_of_all_rows(string name)
    {
        IModel<double> model = ModelTable.Create<double>(name);
        double[] parameters = TestData.Uniform<double>(model.ParameterCount, stream: 5);
        double loss = model.Gradient(parameters, [.. Enumerable.Range(0, model.RowCount)], new double[parameters.Length]);
        Assert.Equal(BitConverter.DoubleToInt64Bits(loss), BitConverter.DoubleToInt64Bits(model.Loss(parameters)));
    }

    // The value is this library's own: it must not change with the instruction set (DOTNET_EnableAVX512=0, EnableAVX2, EnableHWIntrinsic).
    [Fact]
    public void The_bits_are_the_same_everywhere()
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (string name in ModelTable.Names.Select(row => row.Data))
        {
            AppendGradient<float>(name, hash);
            AppendGradient<double>(name, hash);
        }

        Assert.Equal("ED4CEAB9D53CAC47", Convert.ToHexString(hash.GetHashAndReset())[..16]);
    }

    [Theory, InlineData("linear"), InlineData("logistic"), InlineData("softmax")]
    public void Huge_scores_overflow_nothing(string name)
    {
        IModel<float> model = ModelTable.Create<float>(name);
        float[] parameters = [.. TestData.Uniform<float>(model.ParameterCount, stream: 5).Select(p => 1e4f * p)];
        float[] gradient = new float[parameters.Length];
        Assert.True(double.IsFinite(model.Gradient(parameters, [0, 1, 2], gradient)));
        Assert.All(gradient, g => Assert.True(float.IsFinite(g)));
    }

    [Theory, MemberData(nameof(Models))]
    public void Non_finite_parameters_show_in_the_loss(string name)
    {
        IModel<double> model = ModelTable.Create<double>(name);
        double[] parameters = new double[model.ParameterCount];
        parameters[^1] = double.NaN;
        Assert.True(double.IsNaN(model.Loss(parameters)));
    }

    [Theory, MemberData(nameof(Models))]
    public void A_batch_allocates_nothing(string name)
    {
        IModel<float> model = ModelTable.Create<float>(name);
        float[] parameters = new float[model.ParameterCount], gradient = new float[model.ParameterCount];
        int[] rows = [.. Enumerable.Range(0, Math.Min(3, model.RowCount))];
        Assert.Equal(0, Allocation.Least(1, () => model.Gradient(parameters, rows, gradient)));
    }

    [Theory, MemberData(nameof(Models))]
    public void Wrong_arguments_are_refused_before_any_write(string name)
    {
        IModel<double> model = ModelTable.Create<double>(name);
        double[] parameters = new double[model.ParameterCount], gradient = [.. Enumerable.Repeat(7.0, model.ParameterCount)];
        Assert.Contains($"expected {model.ParameterCount}", Assert.Throws<ArgumentException>("parameters",
            () => model.Gradient(new double[1], [0], gradient)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>("gradient", () => model.Gradient(parameters, [0], new double[1]));
        Assert.Throws<ArgumentException>("rows", () => model.Gradient(parameters, [], gradient));
        Assert.Throws<ArgumentOutOfRangeException>("rows", () => model.Gradient(parameters, [0, model.RowCount], gradient));
        Assert.Throws<ArgumentOutOfRangeException>("rows", () => model.Gradient(parameters, [-1], gradient));
        Assert.All(gradient, g => Assert.Equal(7.0, g));
    }

    private static void CheckAverage<T>(string name, double tolerance)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        IModel<T> model = ModelTable.Create<T>(name);
        T[] parameters = TestData.Uniform<T>(model.ParameterCount, stream: 5), full = new T[model.ParameterCount],
            part = new T[model.ParameterCount];
        int[] order = new int[model.RowCount];
        Philox.FillPermutation(order, seed: 3, stream: 0);
        double[] average = new double[model.ParameterCount];
        double loss = 0;
        foreach (int[] rows in order.Chunk(5))
        {
            double share = (double)rows.Length / model.RowCount;
            loss += share * model.Gradient(parameters, rows, part);
            for (int i = 0; i < part.Length; i++)
            {
                average[i] += share * double.CreateTruncating(part[i]);
            }
        }

        double fullLoss = model.Gradient(parameters, [.. Enumerable.Range(0, model.RowCount)], full);
        double scale = Math.Max(1, average.Max(Math.Abs));
        Assert.Equal(fullLoss, loss, tolerance * Math.Max(1, fullLoss));
        Assert.All(average.Zip(full), pair => Assert.Equal(pair.First, double.CreateTruncating(pair.Second), tolerance * scale));
    }

    private static void AppendGradient<T>(string name, IncrementalHash hash)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        IModel<T> model = ModelTable.Create<T>(name);
        T[] gradient = new T[model.ParameterCount];
        double loss =
            model.Gradient(TestData.Uniform<T>(model.ParameterCount, stream: 5), [.. Enumerable.Range(0, model.RowCount)], gradient);
        hash.AppendData(MemoryMarshal.AsBytes<T>(gradient));
        hash.AppendData(BitConverter.GetBytes(loss));
    }
}
