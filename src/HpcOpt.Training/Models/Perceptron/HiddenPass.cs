using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace HpcOpt.Training;

/// <summary>The passes over the matrices of a hidden layer, rows × units: each reads and writes every element once.</summary>
/// <remarks>Threads share the units and not the rows, so that the sum over the rows has one order.</remarks>
internal unsafe struct HiddenPass<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Units that no two threads share: whole cache lines, and whole blocks of <see cref="Dropout{T}"/>.</summary>
    private const int Block = 32;

    private const int Tile = 256;

    public required int Rows;
    public required int Units;

    /// <summary>Forward: z without intercepts in, f'(z) times the mask out. Backward: that in.</summary>
    public required T* Sums;

    /// <summary>Forward: the activations out. Backward: ∂L/∂a in, ∂L/∂z out.</summary>
    public required T* Outputs;

    /// <summary>Forward: the intercepts. Backward: their gradient, to which the rows are added.</summary>
    public required T* Intercepts;

    public Dropout<T> Dropout;
    public long Step;
    public int Layer;

    /// <summary>Of the first row in the batch.</summary>
    public int Position;

    /// <summary>a = f(z + b)·m, and with <typeparamref name="TDerivative"/> f'(z + b)·m, with the dropout mask m.</summary>
    public static void Forward<TActivation, TDerivative>(HiddenPass<T> pass, Execution execution)
        where TActivation : struct, IActivation<T>
        where TDerivative : struct, IOption => pass.Run(&ForwardUnits<TActivation, TDerivative>, execution);

    /// <summary>∂L/∂z = ∂L/∂a · f'(z)m; ∂L/∂b += Σ ∂L/∂z over the rows.</summary>
    public static void Backward(HiddenPass<T> pass, Execution execution) => pass.Run(&BackwardUnits, execution);

    private void Run(delegate*<void*, nint, nint, void> body, Execution execution)
    {
        fixed (HiddenPass<T>* pass = &this)
        {
            execution.Run(body, pass, (Units + Block - 1) / Block, (int)Math.Min((long)Rows * Block * sizeof(T), int.MaxValue));
        }
    }

    private static void ForwardUnits<TActivation, TDerivative>(void* state, nint startBlock, nint endBlock)
        where TActivation : struct, IActivation<T>
        where TDerivative : struct, IOption
    {
        HiddenPass<T>* pass = (HiddenPass<T>*)state;
        int end = (int)Math.Min(endBlock * Block, pass->Units);
        T* factors = stackalloc T[Tile];
        for (int start = (int)startBlock * Block; start < end; start += Tile)
        {
            int count = Math.Min(Tile, end - start);
            for (int row = 0; row < pass->Rows; row++)
            {
                T* mask = null;
                if (TDerivative.IsOn && pass->Dropout.IsOn)
                {
                    pass->Dropout.Fill(new(factors, count), pass->Step, pass->Layer, pass->Position + row, pass->Units, start);
                    mask = factors;
                }

                nint offset = ((nint)row * pass->Units) + start;
                ForwardRow<TActivation, TDerivative>(pass->Sums + offset, pass->Outputs + offset, pass->Intercepts + start, mask, count);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void ForwardRow<TActivation, TDerivative>(T* sums, T* outputs, T* intercepts, T* mask, int count)
        where TActivation : struct, IActivation<T>
        where TDerivative : struct, IOption
    {
        for (int i = 0; i < count; i += Vector256<T>.Count)
        {
            int width = Math.Min(Vector256<T>.Count, count - i);
            Vector256<T> a =
                TActivation.Of(Partial.Load(sums + i, width) + Partial.Load(intercepts + i, width), out Vector256<T> derivative);
            if (mask is not null)
            {
                Vector256<T> m = Partial.Load(mask + i, width);
                (a, derivative) = (a * m, derivative * m);
            }

            Partial.Store(outputs + i, a, width);
            if (TDerivative.IsOn)
            {
                Partial.Store(sums + i, derivative, width);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void BackwardUnits(void* state, nint startBlock, nint endBlock)
    {
        HiddenPass<T>* pass = (HiddenPass<T>*)state;
        int start = (int)startBlock * Block, count = (int)Math.Min(endBlock * Block, pass->Units) - start;
        T* intercepts = pass->Intercepts + start;
        for (int row = 0; row < pass->Rows; row++)
        {
            nint offset = ((nint)row * pass->Units) + start;
            T* outputs = pass->Outputs + offset, derivatives = pass->Sums + offset;
            for (int i = 0; i < count; i += Vector256<T>.Count)
            {
                int width = Math.Min(Vector256<T>.Count, count - i);
                Vector256<T> delta = Partial.Load(outputs + i, width) * Partial.Load(derivatives + i, width);
                Partial.Store(outputs + i, delta, width);
                Partial.Store(intercepts + i, Partial.Load(intercepts + i, width) + delta, width);
            }
        }
    }
}
