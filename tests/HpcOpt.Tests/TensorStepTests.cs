namespace HpcOpt.Tests;

/// <summary>Lists of tensors: what they refuse before anything is written, and what surrounds a step over them.</summary>
public sealed unsafe class TensorStepTests : IDisposable
{
    private static readonly ParameterLayout Layout = ParameterLayout.Pack(("w", [2, 3]), ("none", [0]), ("b", []));

    private readonly NativeVector<float> _w = new(6);
    private readonly NativeVector<float> _b = new(1);
    private readonly NativeVector<float> _gradient = new(7);
    private readonly TensorList<float> _parameters = new(Layout);
    private readonly TensorList<float> _gradients = new(Layout);
    private readonly Optimizer<float, AdamW> _adamW = Optimizer<float>.Create(Layout, new AdamW());

    public TensorStepTests()
    {
        _w.AsSpan().Fill(1);
        _b[0] = 1;
        _gradient.AsSpan().Fill(0.5f);
        _parameters.Set(0, _w);
        _parameters.Set(2, _b);
        _gradients.SetAddress(0, _gradient.Pointer);
        _gradients.SetAddress(2, _gradient.Pointer + 6);
    }

    [Fact]
    public void What_cannot_be_a_step_is_refused_and_changes_nothing()
    {
        _parameters.Remove(0);
        Refused("Segment w[2, 3] at 0…5 has no address among the parameters");
        _parameters.Set(0, Operand<float>.At(_w.Pointer, 6));
        _parameters.SetAddress(2, _w.Pointer + 5);
        Refused("The parameters of 'w' and 'b' overlap");
        _parameters.SetAddress(2, (float*)_adamW.State[1].Pointer);
        Refused("parameters overlaps the optimizer's state");
        _parameters.Set(2, _b);
        _gradients.SetAddress(2, _w.Pointer);
        Refused("The gradient overlaps parameters");
        _gradients.SetAddress(2, _adamW.State[0].Pointer);
        Refused("gradient overlaps the optimizer's state");
        _gradients.SetAddress(2, _gradient.Pointer);
        _gradients.SetAddress(0, _w.Pointer + 1);
        Refused("The gradient overlaps parameters");
        using TensorList<float> halves = new(Layout, NumberFormat.Half), bytes = new(ParameterLayout.Pack(("w", [2, 3]), ("b", [1])));
        halves.SetAddress(0, _w.Pointer);
        Refused("The gradient overlaps parameters", gradient: halves);
        using (TensorList<float> brains = new(Layout, NumberFormat.BFloat16))
        {
            // As long, and yet not the same numbers.
            brains.SetAddress(0, _w.Pointer);
            brains.SetAddress(2, _b.Pointer);
            Refused("The gradient overlaps parameters", brains, halves);
        }

        Refused("Parameters in Half are not supported", parameters: halves);
        Refused("The layout of gradient is not the optimizer's", gradient: bytes);
        Refused("The gradient overlaps parameters", () => _adamW.Step(_parameters, Operand<float>.At(_w.Pointer - 1, 7)));
        Refused(
            "parameters overlaps the optimizer's state",
            () => _adamW.Step(Operand<float>.At((float*)_adamW.State[0].Pointer, 7), _gradients));
        _adamW.Options = new() { AverageDecay = 0.5, KeepsCopy = true };
        _gradients.SetAddress(0, _adamW.Average!.Pointer);
        Refused("gradient overlaps the average");
        _gradients.SetAddress(0, _adamW.Copy!.Pointer);
        Refused("gradient overlaps the copy");
        _gradients.SetAddress(0, _gradient.Pointer);
        _parameters.Dispose();
        Assert.Throws<ObjectDisposedException>(() => _adamW.Step(_parameters, _gradients));
        Assert.Throws<ObjectDisposedException>(() => _parameters.Set(0, _w));
        Assert.All(_w.AsSpan().ToArray(), x => Assert.Equal(1, x));
        Assert.Equal((0, 1), (_adamW.StepCount, _b[0]));
        Assert.All(_adamW.State.SelectMany(state => state.AsSpan<float>().ToArray()), x => Assert.Equal(0, x));
    }

    [Fact]
    public void What_no_list_can_hold_is_refused()
    {
        using TensorList<float> split = new(Layout, NumberFormat.Split);
        float* address = _w.Pointer;
        Assert.Contains("two addresses", Assert.Throws<NotSupportedException>(() => split.SetAddress(0, address)).Message);
        Assert.Contains("needs 6 numbers in Split; got 6 in Single", Assert.Throws<ArgumentException>(() => split.Set(0, _w)).Message);
        Assert.Contains("needs 1 numbers", Assert.Throws<ArgumentException>(() => _parameters.Set(2, _w)).Message);
        Assert.Contains("may move", Assert.Throws<ArgumentException>(() => _parameters.Set(0, new float[6].AsSpan())).Message);
        Assert.Contains("0 to 2", Assert.Throws<ArgumentOutOfRangeException>(() => _parameters.Set(3, _w)).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => new TensorList<float>(Layout, NumberFormat.SignedFloat8));
    }

    [Fact]
    public void A_gradient_may_lie_in_place_of_its_parameters_and_a_layout_may_be_another_object()
    {
        using TensorList<float> inPlace = new(ParameterLayout.Pack(("w", [2, 3]), ("none", [0]), ("b", [])));
        inPlace.Set(0, _w);
        inPlace.Set(2, _b);
        _adamW.Step(_parameters, inPlace);
        Assert.Equal(1, _adamW.StepCount);
        Assert.True(_w[0] < 1);
    }

    [Fact]
    public void After_sparse_steps_tensors_are_refused()
    {
        SparseGradient<float> sparse = new(7);
        sparse.Add([1], [1f]);
        _adamW.Step(new float[7], sparse);
        Refused("The optimizer has taken sparse steps");
    }

    [Fact]
    public void Average_and_copy_begin_with_all_parameters_frozen_or_without_gradient()
    {
        using Optimizer<float, Sgd> sgd = Optimizer<float>.Create(
            ParameterLayout.Pack(("frozen", [2]), ("w", [6]), ("b", [1])), new Sgd(), [new("f", new Sgd(), "frozen") { IsFrozen = true }]);
        sgd.Options = new() { AverageDecay = 0.5, KeepsCopy = true };
        using TensorList<float> parameters = new(sgd.Layout!), gradients = new(sgd.Layout!);
        parameters.Set(0, (float[])[3, 4]);
        parameters.Set(1, _w);
        parameters.Set(2, _b);
        gradients.Set(2, (float[])[0]);
        sgd.Step(parameters, gradients);
        Assert.Equal([3, 4, 1, 1, 1, 1, 1, 1, 1], sgd.Average!.AsSpan<float>());
        Assert.Equal([3, 4, 1, 1, 1, 1, 1, 1, 1], sgd.Copy!.AsSpan<BFloat16>().ToArray().Select(x => (float)x));
    }

    [Fact]
    public void An_optimizer_of_ones_own_sees_limited_gradients_of_the_tensors_that_have_one()
    {
        using Recorder recorder = new();
        recorder.Options = new() { MaxValue = 0.25 };
        _gradients.Remove(2);
        recorder.Step(_parameters, _gradients);
        Assert.Equal([0.25f, 0.25f, 0.25f, 0.25f, 0.25f, 0.25f], recorder.Seen);
        _gradients.SetAddress(2, _gradient.Pointer);
        recorder.Step(new float[7], _gradients);
        Assert.Equal(Enumerable.Repeat(0.25f, 7), recorder.Seen);
    }

    [Fact]
    public void A_step_over_new_addresses_allocates_nothing()
    {
        float[] flat = new float[7];
        Assert.Equal(0, Allocation.Least(100, () =>
        {
            _gradients.SetAddress(0, _gradient.Pointer + (_adamW.StepCount % 2));
            _adamW.Step(_parameters, _gradients);
            _adamW.Step(flat, _gradients);
        }));
    }

    public void Dispose()
    {
        _parameters.Dispose();
        _gradients.Dispose();
        _adamW.Dispose();
        _w.Dispose();
        _b.Dispose();
        _gradient.Dispose();
    }

    private static void Refused(string message, Action step) => Assert.StartsWith(message, Assert.ThrowsAny<Exception>(step).Message);

    private void Refused(string message, TensorList<float>? parameters = null, TensorList<float>? gradient = null) =>
        Refused(message, () => _adamW.Step(parameters ?? _parameters, gradient ?? _gradients));

    private sealed class Recorder() : Optimizer<float>("recorder", TensorStepTests.Layout.Length, [], TestData.Plain)
    {
        public List<float> Seen { get; } = [];

        public override double LearningRate { get; set; }

        public override ParameterLayout Layout => TensorStepTests.Layout;

        protected override void Update(in StepContext<float> step)
        {
            Seen.Clear();
            for (int i = 0; i < Layout.Segments.Count; i++)
            {
                float* gradient = step.GradientOf(Layout.Segments[i], i);
                for (nint k = 0; gradient != null && k < Layout.Segments[i].Length; k++)
                    Seen.Add((float)step.GradientScale * gradient[k]);
            }
        }
    }
}
