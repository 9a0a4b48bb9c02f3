namespace HpcOpt.Benchmarks;

/// <summary>AdamW with each tensor and each gradient in memory of its own.</summary>
internal sealed unsafe class TensorMemory : IDisposable
{
    // The other address of a gradient lies a cache line behind the first, so that both read nearly the same memory.
    private const int Shift = 16;

    private readonly Optimizer<float> _optimizer;
    private readonly TensorList<float> _parameters;
    private readonly TensorList<float> _gradients;
    private readonly NativeVector<float>[] _tensors;
    private readonly NativeVector<float>[] _gradientsOf;
    private bool _isShifted;

    public TensorMemory(ParameterLayout layout, Execution execution)
    {
        _optimizer = Optimizer<float>.Create(layout, new AdamW(), execution: execution);
        (_parameters, _gradients) = (new(layout), new(layout));
        _tensors = [.. layout.Segments.Select(segment => new NativeVector<float>(segment.Length, execution))];
        _gradientsOf = [.. layout.Segments.Select(segment => new NativeVector<float>(segment.Length + Shift, execution))];
        for (int i = 0; i < _tensors.Length; i++)
        {
            Fill(_tensors[i], layout.Segments[i].Start, period: 7, scale: 1);
            Fill(_gradientsOf[i], layout.Segments[i].Start, period: 5, scale: 0.01f);
            _parameters.Set(i, _tensors[i]);
            _gradients.SetAddress(i, _gradientsOf[i].Pointer);
        }
    }

    public void Step() => _optimizer.Step(_parameters, _gradients);

    /// <summary>A step with another gradient address of some tensors.</summary>
    public void StepElsewhere(int tensors)
    {
        _isShifted = !_isShifted;
        for (int i = 0; i < tensors; i++)
        {
            _gradients.SetAddress(i, _gradientsOf[i].Pointer + (_isShifted ? Shift : 0));
        }

        Step();
    }

    public void Dispose()
    {
        _optimizer.Dispose();
        _parameters.Dispose();
        _gradients.Dispose();
        Array.ForEach(_tensors, tensor => tensor.Dispose());
        Array.ForEach(_gradientsOf, gradient => gradient.Dispose());
    }

    // As StepMemory fills the flat vector.
    private static void Fill(NativeVector<float> vector, nint first, int period, float scale)
    {
        for (nint i = 0; i < vector.Length; i++)
        {
            vector[i] = scale * (1 + ((first + i) % period));
        }
    }
}
