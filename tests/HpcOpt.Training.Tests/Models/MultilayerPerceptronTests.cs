namespace HpcOpt.Training.Tests.Models;

/// <summary>What the laws of all models do not say of this one.</summary>
public sealed class MultilayerPerceptronTests
{
    public static TheoryData<Activation, int, double> Variants { get; } = new(
        from activation in Enum.GetValues<Activation>()
        from classes in (int[])[4, 0]
        from dropout in (double[])[0, 0.3]
        select (activation, classes, dropout));

    [Theory, MemberData(nameof(Variants))]
    public void The_gradient_agrees_with_central_differences(Activation activation, int classes, double dropout)
    {
        MultilayerPerceptron<double> model = new(
            TestData.Random<double>(13, 3, classes),
            new() { Hidden = [10, 6], Activation = activation, Dropout = dropout, MicroBatch = 5 });
        double[] parameters = TestData.Uniform<double>(model.ParameterCount, stream: 5);
        GradientCheckResult result = GradientCheck.Run<double>(new SameDropout(model), parameters);
        Assert.InRange(result.MaxRelativeError, 0, 1e-8);
    }

    [Fact]
    public void Loss_gradient_and_predictions_are_those_of_an_independent_implementation()
    {
        Assert.Equal(6, PerceptronRun.All.Length);
        foreach (PerceptronRun run in PerceptronRun.All)
        {
            MultilayerPerceptron<double> model = run.Model();
            double[] gradient = new double[run.Parameters.Length];
            Near(run.Loss, model.Gradient(run.Parameters, [.. Enumerable.Range(0, run.Targets.Length)], gradient));
            Near(run.Loss, model.Loss(run.Parameters));
            Assert.All(run.Gradient.Zip(gradient), pair => Near(pair.First, pair.Second));
            for (int i = 0; i < run.Targets.Length; i++)
            {
                double[] scores = [.. run.Scores.Chunk(Math.Max(1, run.Classes)).ElementAt(i)];
                Near(run.Classes == 0 ? scores[0] : Array.IndexOf(scores, scores.Max()), model.Predict(run.Parameters, i));
            }
        }

        static void Near(double expected, double actual) =>
            Assert.Equal(expected, actual, tolerance: 1e-13 * Math.Max(1, Math.Abs(expected)));
    }

    [Fact]
    public void Parts_of_a_batch_give_the_gradient_of_the_batch()
    {
        foreach (double dropout in (double[])[0, 0.4])
        {
            DataSet<double> data = TestData.Random<double>(40, 6, classes: 3);
            int[] rows = [.. Enumerable.Range(0, 40).Reverse()];
            MultilayerPerceptron<double> whole = new(data, new() { Hidden = [33, 17], Dropout = dropout });
            double[] parameters = TestData.Uniform<double>(whole.ParameterCount, stream: 5), expected = new double[parameters.Length],
                gradient = new double[parameters.Length];
            double loss = whole.Gradient(parameters, rows, expected);
            foreach (int microBatch in (int[])[1, 7, 39, 40, int.MaxValue])
            {
                MultilayerPerceptron<double> parts = new(data, new() { Hidden = [33, 17], Dropout = dropout, MicroBatch = microBatch });
                Assert.Equal(loss, parts.Gradient(parameters, rows, gradient), tolerance: 1e-14);
                Assert.All(expected.Zip(gradient), pair => Assert.Equal(pair.First, pair.Second, tolerance: 1e-14));
            }
        }
    }

    [Fact]
    public void The_layout_names_matrices_and_intercepts()
    {
        MultilayerPerceptron<float> model = new(TestData.Random<float>(9, 5, classes: 4), new() { Hidden = [7, 3] });
        Assert.Equal(["w1[5, 7] at 0…34", "b1[7] at 35…41", "w2[7, 3] at 42…62", "b2[3] at 63…65", "w3[3, 4] at 66…77", "b3[4] at 78…81"],
            model.Layout.Segments.Select(segment => $"{segment}"));
        Assert.Equal(model.ParameterCount, model.Layout.Length);
        Assert.Same(model.Layout, ((IModel<float>)model).Layout);
        Assert.Null(ModelTable.Create<float>("bowl").Layout);
    }

    [Fact]
    public void Without_hidden_layers_it_is_softmax_regression()
    {
        DataSet<double> data = TestData.Random<double>(20, 4, classes: 3);
        MultilayerPerceptron<double> model = new(data, new());
        SoftmaxRegression<double> softmax = new(data);
        double[] parameters = TestData.Uniform<double>(model.ParameterCount, stream: 5), gradient = new double[parameters.Length],
            expected = new double[parameters.Length];
        Assert.Equal(softmax.Gradient(parameters, [3, 1, 7], expected), model.Gradient(parameters, [3, 1, 7], gradient), tolerance: 1e-14);
        Assert.All(expected.Zip(gradient), pair => Assert.Equal(pair.First, pair.Second, tolerance: 1e-14));
        Assert.Equal(softmax.Accuracy(parameters), model.Accuracy(parameters));
    }

    [Fact]
    public void Huge_scores_overflow_nothing()
    {
        IModel<float> model = ModelTable.Create<float>("perceptron");
        float[] parameters = [.. TestData.Uniform<float>(model.ParameterCount, stream: 5).Select(p => 1e4f * p)],
            gradient = new float[model.ParameterCount];
        Assert.True(double.IsFinite(model.Gradient(parameters, [0, 1, 2], gradient)));
        Assert.All(gradient, g => Assert.True(float.IsFinite(g)));
    }

    [Fact]
    public void A_number_that_is_not_finite_in_any_layer_shows_in_the_loss()
    {
        foreach (Activation activation in Enum.GetValues<Activation>())
        {
            MultilayerPerceptron<float> model =
                new(TestData.Random<float>(9, 5, classes: 4), new() { Hidden = [7, 3], Activation = activation });
            foreach (ParameterSegment segment in model.Layout.Segments)
            {
                float[] parameters = TestData.Uniform<float>(model.ParameterCount, stream: 5);
                parameters[segment.Start] = float.NaN;
                Assert.False(double.IsFinite(model.Loss(parameters)), $"{activation} {segment}");
                Assert.False(double.IsFinite(model.Gradient(parameters, [0, 1], new float[parameters.Length])), $"{activation} {segment}");
            }
        }
    }

    [Fact]
    public void Unusable_networks_are_refused()
    {
        DataSet<double> data = TestData.Random<double>(6, 2, classes: 2);
        Refused<ArgumentOutOfRangeException>("Hidden[1]", new() { Hidden = [3, 0] }, "at least 1 unit", "0");
        Refused<ArgumentOutOfRangeException>("Hidden[0]", new() { Hidden = [-5] }, "at least 1 unit", "-5");
        Refused<ArgumentOutOfRangeException>("Dropout", new() { Hidden = [3], Dropout = -0.1 }, "at least 0 and less than 1", "-0.1");
        Refused<ArgumentOutOfRangeException>("Dropout", new() { Hidden = [3], Dropout = 1 }, "at least 0 and less than 1");
        Refused<ArgumentOutOfRangeException>("Dropout", new() { Hidden = [3], Dropout = double.NaN }, "NaN");
        Refused<ArgumentOutOfRangeException>("MicroBatch", new() { Hidden = [3], MicroBatch = 0 }, "at least 1 row");
        Refused<ArgumentOutOfRangeException>("Activation", new() { Hidden = [3], Activation = (Activation)9 }, "relu, tanh or gelu");
        Refused<ArgumentOutOfRangeException>("Initialization", new() { Hidden = [3], Initialization = (Initialization)9 }, "he or glorot");
        Refused<ArgumentException>(
            "hidden", new() { Hidden = [100_000, 100_000] }, "2-100000-100000-2", "10000600002", $"{Array.MaxLength}");
        Refused<ArgumentException>("hidden", new() { Hidden = [int.MaxValue, int.MaxValue] }, "4611686027017322493");
        Assert.Throws<ArgumentException>("data", () => new MultilayerPerceptron<double>(TestData.Random<double>(6, 2, classes: 1), new()));
        Assert.Throws<ArgumentOutOfRangeException>("value", () => new MultilayerPerceptron<double>(data, new()).DropoutStep = -1);
        Assert.Throws<ArgumentException>("parameters", () => new MultilayerPerceptron<double>(data, new()).Initialize(new double[3]));

        void Refused<TException>(string name, MultilayerPerceptronOptions options, params string[] parts)
            where TException : ArgumentException
        {
            TException error = Assert.Throws<TException>(name, () => new MultilayerPerceptron<double>(data, options));
            Assert.All(parts, part => Assert.Contains(part, error.Message, StringComparison.Ordinal));
        }
    }

    /// <summary>Every call with the masks of the first, so that the loss is one function of θ.</summary>
    private sealed class SameDropout(MultilayerPerceptron<double> model) : IModel<double>
    {
        public int ParameterCount => model.ParameterCount;

        public int RowCount => model.RowCount;

        public double Gradient(ReadOnlySpan<double> parameters, ReadOnlySpan<int> rows, Span<double> gradient)
        {
            model.DropoutStep = 0;
            return model.Gradient(parameters, rows, gradient);
        }

        public double Loss(ReadOnlySpan<double> parameters) => model.Loss(parameters);
    }
}
