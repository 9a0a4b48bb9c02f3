using System.Runtime.InteropServices;

namespace HpcOpt.Tests.Formats;

/// <summary>How the vectors of an optimizer are stored, and steps on vectors that are.</summary>
internal sealed record StoredCase(StateFormat State, Rounding Rounding, NumberFormat Parameters, NumberFormat Gradient)
{
    /// <summary>Each format of each stream, with both roundings; the laws over all rules.</summary>
    public static StoredCase[] Some { get; } =
    [
        new(StateFormat.BFloat16, Rounding.Stochastic, NumberFormat.BFloat16, NumberFormat.BFloat16),
        new(StateFormat.Float8, Rounding.Stochastic, NumberFormat.Single, NumberFormat.Half),
        new(StateFormat.Float8, Rounding.Nearest, NumberFormat.Split, NumberFormat.Single),
        new(StateFormat.Full, Rounding.Nearest, NumberFormat.BFloat16, NumberFormat.Half),
    ];

    /// <summary>Every combination; the laws over a few rules.</summary>
    public static IEnumerable<StoredCase> All =>
        from state in Enum.GetValues<StateFormat>()
        from rounding in Enum.GetValues<Rounding>()
        from parameters in (NumberFormat[])[NumberFormat.Single, NumberFormat.BFloat16, NumberFormat.Split]
        from gradient in (NumberFormat[])[NumberFormat.Single, NumberFormat.BFloat16, NumberFormat.Half]
        select new StoredCase(state, rounding, parameters, gradient);

    /// <summary>What steps leave: parameters with their lower halves, and the state with its scales.</summary>
    public byte[] Run(RuleCase rule, Execution execution, float[] start, float[][] gradients, long firstIndex = 0) =>
        Run(rule.Create<float>(start.Length, execution, Storage(firstIndex)), start, gradients);

    /// <summary>The same with an optimizer, which it disposes.</summary>
    public byte[] Run(Optimizer<float> optimizer, float[] start, float[][] gradients)
    {
        using (optimizer)
        {
            using StoredParameters parameters = new(Parameters, start);
            foreach (float[] gradient in gradients)
                parameters.Step(optimizer, Gradient, gradient);
            return [.. parameters.Bytes, .. optimizer.State.SelectMany(TestData.Bits)];
        }
    }

    public Storage Storage(long firstIndex = 0) => new() { State = State, Rounding = Rounding, Seed = 7, FirstIndex = firstIndex };
}

/// <summary>Parameters in a format.</summary>
internal sealed class StoredParameters : IDisposable
{
    private readonly NumberFormat _format;
    private readonly NativeVector<float> _single;
    private readonly NativeVector<BFloat16> _upper;
    private readonly NativeVector<ushort> _hidden;

    public StoredParameters(NumberFormat format, float[] start)
    {
        _format = format;
        (_single, _upper, _hidden) = (Vector(start, x => x), Vector(start, x => (BFloat16)x), Vector(start, _ => (ushort)0));
    }

    public IEnumerable<byte> Bytes => _format switch
    {
        NumberFormat.Single => [.. MemoryMarshal.AsBytes(_single.AsSpan())],
        NumberFormat.Split => [.. MemoryMarshal.AsBytes(_upper.AsSpan()), .. MemoryMarshal.AsBytes(_hidden.AsSpan())],
        _ => [.. MemoryMarshal.AsBytes(_upper.AsSpan())],
    };

    public float this[int i] => _format switch
    {
        NumberFormat.Single => _single[i],
        NumberFormat.Split => BitConverter.UInt32BitsToSingle((uint)_upper[i].Bits << 16 | _hidden[i]),
        _ => _upper[i],
    };

    public void Step(Optimizer<float> optimizer, NumberFormat format, float[] gradient)
    {
        switch (format)
        {
            case NumberFormat.Half: Step(optimizer, Vector(gradient, x => (Half)x)); break;
            case NumberFormat.BFloat16: Step(optimizer, Vector(gradient, x => (BFloat16)x)); break;
            default: Step(optimizer, Vector(gradient, x => x)); break;
        }
    }

    public void Dispose()
    {
        _single.Dispose();
        _upper.Dispose();
        _hidden.Dispose();
    }

    private void Step<TGradient>(Optimizer<float> optimizer, NativeVector<TGradient> gradient)
        where TGradient : unmanaged
    {
        switch (_format)
        {
            case NumberFormat.Single: optimizer.Step(_single, Operands.Of<float, TGradient>(gradient)); break;
            case NumberFormat.Split: optimizer.Step(Operand<float>.Split(_upper, _hidden), Operands.Of<float, TGradient>(gradient)); break;
            default: optimizer.Step(_upper, Operands.Of<float, TGradient>(gradient)); break;
        }

        gradient.Dispose();
    }

    private static NativeVector<TValue> Vector<TValue>(float[] numbers, Func<float, TValue> convert)
        where TValue : unmanaged
    {
        NativeVector<TValue> vector = new(numbers.Length, TestData.Plain);
        for (int i = 0; i < numbers.Length; i++)
            vector[i] = convert(numbers[i]);
        return vector;
    }
}
