using System.Runtime.CompilerServices;
using HpcOpt.Engine;
using HpcOpt.Formats;
using HpcOpt.Lanes;

namespace HpcOpt;

/// <content>State, parameters and gradients in fewer bits.</content>
public abstract unsafe partial class Optimizer<T>
{
    /// <summary>In how many bits the state is kept, and how it is rounded.</summary>
    public Storage Storage { get; }

    /// <summary>The state vectors as they stand in memory, whatever their format, in the order of <see cref="StateNames"/>.</summary>
    public IReadOnlyList<StoredVector> StoredState => _stored;

    private protected bool HasBlocks { get; private set; }

    internal static NumberFormat Arithmetic => typeof(T) == typeof(float) ? NumberFormat.Single : NumberFormat.Double;

    private bool IsStored => Storage.State != StateFormat.Full;

    /// <summary>Bytes that a step reads and writes for each parameter; null where a step is more than a sweep over them.</summary>
    /// <param name="parameters">How the parameters stand in memory.</param>
    /// <param name="gradient">How the gradient does.</param>
    public double? BytesMoved(NumberFormat parameters, NumberFormat gradient) => Cost?.Bytes(parameters, gradient, _stored.Select(vector => vector.Format));

    /// <summary>One step on parameters and a gradient in formats of their own; the arithmetic is <see cref="float"/>'s.</summary>
    /// <typeparam name="TParameter"><typeparamref name="T"/> or <see cref="BFloat16"/>, which <see cref="Storage.Rounding"/> rounds.</typeparam>
    /// <typeparam name="TGradient"><typeparamref name="T"/>, <see cref="BFloat16"/> or <see cref="Half"/>.</typeparam>
    /// <param name="parameters">θ, <see cref="Length"/> elements.</param>
    /// <param name="gradient">The gradient at θ, as long.</param>
    /// <exception cref="ArgumentException">A length differs, a type is none of these, the precision is double, or the vectors overlap.</exception>
    /// <exception cref="NotSupportedException">The optimizer works on matrices, or parameters of another type follow its sparse steps.</exception>
    /// <exception cref="ObjectDisposedException">A vector or the optimizer is disposed.</exception>
    public void Step<TParameter, TGradient>(NativeVector<TParameter> parameters, NativeVector<TGradient> gradient)
        where TParameter : unmanaged
        where TGradient : unmanaged
    {
        ArgumentNullException.ThrowIfNull(parameters);
        ArgumentNullException.ThrowIfNull(gradient);
        Guard.Length(parameters.Length, Length, nameof(parameters));
        Guard.Length(gradient.Length, Length, nameof(gradient));
        StepStored(new(parameters.Pointer, ParametersOf<TParameter>(nameof(parameters))), hidden: null, new(gradient.Pointer, GradientOf<TGradient>(nameof(gradient))), null);
        GC.KeepAlive(parameters);
        GC.KeepAlive(gradient);
    }

    /// <inheritdoc cref="Step{TParameter, TGradient}(NativeVector{TParameter}, NativeVector{TGradient})"/>
    /// <param name="parameters">Address of θ, aligned to its elements.</param>
    /// <param name="gradient">Address of the gradient at θ.</param>
    /// <param name="length">Number of elements of both.</param>
    public void Step<TParameter, TGradient>(TParameter* parameters, TGradient* gradient, nint length)
        where TParameter : unmanaged
        where TGradient : unmanaged
    {
        Guard.Length(length, Length, nameof(length));
        Guard.NotNull(parameters, length, nameof(parameters));
        Guard.NotNull(gradient, length, nameof(gradient));
        StepStored(new(parameters, ParametersOf<TParameter>(nameof(parameters))), hidden: null, new(gradient, GradientOf<TGradient>(nameof(gradient))), null);
    }

    /// <summary>One step on parameters in two halves: the upper one is the bf16 that a model computes with (cut, not rounded), the lower one keeps the other 16 bits of a <see cref="float"/>, so nothing is lost.</summary>
    /// <typeparam name="TGradient"><typeparamref name="T"/>, <see cref="BFloat16"/> or <see cref="Half"/>.</typeparam>
    /// <param name="parameters">The upper halves of θ, <see cref="Length"/> elements.</param>
    /// <param name="hidden">The lower halves, as many; zeros begin at the bf16 themselves.</param>
    /// <param name="gradient">The gradient at θ, as long.</param>
    /// <exception cref="ArgumentException">A length differs, a type is none of these, the precision is double, or the vectors overlap.</exception>
    /// <exception cref="NotSupportedException">The optimizer works on matrices, or parameters of another type follow its sparse steps.</exception>
    /// <exception cref="ObjectDisposedException">A vector or the optimizer is disposed.</exception>
    public void Step<TGradient>(NativeVector<BFloat16> parameters, NativeVector<ushort> hidden, NativeVector<TGradient> gradient)
        where TGradient : unmanaged
    {
        ArgumentNullException.ThrowIfNull(parameters);
        ArgumentNullException.ThrowIfNull(hidden);
        ArgumentNullException.ThrowIfNull(gradient);
        Guard.Length(parameters.Length, Length, nameof(parameters));
        Guard.Length(hidden.Length, Length, nameof(hidden));
        Guard.Length(gradient.Length, Length, nameof(gradient));
        _ = ParametersOf<BFloat16>(nameof(parameters));
        StepStored(new(parameters.Pointer, NumberFormat.Split), (byte*)hidden.Pointer, new(gradient.Pointer, GradientOf<TGradient>(nameof(gradient))), null);
        GC.KeepAlive(parameters);
        GC.KeepAlive(hidden);
        GC.KeepAlive(gradient);
    }

    /// <summary>Writes the parameters at which the model is to be evaluated, in the precision of the arithmetic.</summary>
    /// <param name="parameters">θ, <see cref="Length"/> elements, as the last step left it.</param>
    /// <param name="hidden">The lower halves of θ if the steps had them, otherwise null.</param>
    /// <param name="destination">As long.</param>
    /// <exception cref="ArgumentException">A length differs, the precision is double, or the vectors overlap.</exception>
    /// <exception cref="ObjectDisposedException">A vector or the optimizer is disposed.</exception>
    public void WriteEvaluationPoint(NativeVector<BFloat16> parameters, NativeVector<ushort>? hidden, NativeVector<T> destination)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        ArgumentNullException.ThrowIfNull(destination);
        Guard.Length(parameters.Length, Length, nameof(parameters));
        Guard.Length(hidden?.Length ?? Length, Length, nameof(hidden));
        Guard.Length(destination.Length, Length, nameof(destination));
        NumberFormat format = hidden is null ? ParametersOf<BFloat16>(nameof(parameters)) : NumberFormat.Split;
        Conversion<T, LanesPortable<T>>.Decode(format, (byte*)parameters.Pointer, hidden is null ? null : (byte*)hidden.Pointer, 0, destination.Pointer, Length);
        EvaluateCore(destination.Pointer, destination.Pointer);
        GC.KeepAlive(parameters);
        GC.KeepAlive(hidden);
        GC.KeepAlive(destination);
    }

    /// <summary>One step on memory of any format that goes with the arithmetic: for measurements.</summary>
    internal void StepOn(byte* parameters, NumberFormat parametersFormat, byte* hidden, byte* gradient, NumberFormat gradientFormat) =>
        StepStored(new(parameters, parametersFormat), hidden, new(gradient, gradientFormat), null);

    /// <summary>Allocates the state; <paramref name="scales"/> belong to each vector that has any.</summary>
    private protected void Allocate(StateVector[] layout, nint scales)
    {
        _stored = new StoredVector[layout.Length];
        _state = IsStored ? [] : new NativeVector<T>[layout.Length];
        for (int i = 0; i < layout.Length; i++)
        {
            NumberFormat format = FormatOfState(i);
            if (IsStored)
            {
                _stored[i] = new StoredVector(layout[i].Name, format, Length, scales, Execution);
                HasBlocks |= format.HasScales();
            }
            else
            {
                _state[i] = new NativeVector<T>(Length, Execution);
                _stored[i] = new StoredVector(layout[i].Name, format, Length, _state[i].Pointer);
            }
        }
    }

    /// <summary>Allocates vectors of lengths of their own, zeros but for their initial values, in the precision of the arithmetic.</summary>
    private void Allocate(IReadOnlyList<(StateVector Vector, nint Length)> state)
    {
        _state = new NativeVector<T>[state.Count];
        _stored = new StoredVector[state.Count];
        for (int i = 0; i < _state.Length; i++)
        {
            (StateVector vector, nint elements) = state[i];
            _state[i] = new NativeVector<T>(elements, Execution);
            _stored[i] = new StoredVector(vector.Name, Arithmetic, elements, _state[i].Pointer);
            if (vector.Initial != 0)
            {
                Execution.Fill(_state[i].Pointer, elements, T.CreateTruncating(vector.Initial));
            }
        }
    }

    private static Storage Checked(Storage storage)
    {
        if (!Enum.IsDefined(storage.State) || !Enum.IsDefined(storage.Rounding))
        {
            throw new ArgumentException($"{storage} holds a value that is none of its type; use those of StateFormat and Rounding.", nameof(storage));
        }

        if (storage.State != StateFormat.Full && typeof(T) != typeof(float))
        {
            throw new ArgumentException($"State in {storage.State} is for Optimizer<float>, whose arithmetic it rounds; this one computes in double.", nameof(storage));
        }

        return storage.State == StateFormat.Float8 && storage.FirstIndex % Float8.BlockLength != 0
            ? throw new ArgumentException($"FirstIndex is {storage.FirstIndex}; with Float8 it must be a multiple of {Float8.BlockLength}, where a block begins.", nameof(storage))
            : storage;
    }

    private NumberFormat FormatOfState(int vector)
    {
        bool Has(StateTraits ofFirst) => ((int)Cost!.Value.Traits >> vector & (int)ofFirst) != 0;
        return Storage.State == StateFormat.Full || Has(StateTraits.Parameters0) ? Arithmetic
            : Storage.State == StateFormat.BFloat16 ? NumberFormat.BFloat16
            : Has(StateTraits.NonNegative0) ? NumberFormat.UnsignedFloat8
            : NumberFormat.SignedFloat8;
    }

    internal static NumberFormat ParametersOf<TValue>(string name) =>
        typeof(TValue) == typeof(T) ? Arithmetic
        : typeof(T) == typeof(float) && typeof(TValue) == typeof(BFloat16) ? NumberFormat.BFloat16
        : throw new ArgumentException($"Parameters of type {typeof(TValue).Name} are not supported by Optimizer<{typeof(T).Name}>; use {typeof(T).Name}, or with Single BFloat16.", name);

    internal static NumberFormat GradientOf<TValue>(string name) =>
        typeof(TValue) == typeof(T) ? Arithmetic
        : typeof(T) == typeof(float) && typeof(TValue) == typeof(BFloat16) ? NumberFormat.BFloat16
        : typeof(T) == typeof(float) && typeof(TValue) == typeof(Half) ? NumberFormat.Half
        : throw new ArgumentException($"A gradient of type {typeof(TValue).Name} is not supported by Optimizer<{typeof(T).Name}>; use {typeof(T).Name}, or with Single BFloat16 or Half.", name);

    [MethodImpl(MethodImplOptions.NoInlining)]
    internal void StepStored(StoredNumbers parameters, byte* hidden, StoredNumbers gradient, StepTail* tail)
    {
        CheckFormats(parameters);
        if (_missed is not null)
        {
            CheckOverlap(parameters, hidden, gradient);
            Settle((T*)parameters.Pointer);
        }

        Stored stored;
        Vectors<T> vectors = StoredMemory(parameters, hidden, gradient, &stored);
        if (tail is not null && tail->Average != 0)
        {
            (&vectors.S0)[_stored.Length] = (T*)tail->Average;
        }

        Sweep(tail, &vectors);
        StepCount++;
        GC.KeepAlive(this);
    }

    /// <summary>Copies numbers in the precision of the arithmetic.</summary>
    internal static void Decode(StoredNumbers numbers, T* destination, nint length)
    {
        if (numbers.Format == Arithmetic)
        {
            Buffer.MemoryCopy(numbers.Pointer, destination, length * sizeof(T), length * sizeof(T));
        }
        else
        {
            Conversion<T, LanesPortable<T>>.Decode(numbers.Format, numbers.Pointer, null, 0, destination, length);
        }
    }

    /// <summary>The errors that a step on this memory would have.</summary>
    internal void CheckMemory(StoredNumbers parameters, byte* hidden, StoredNumbers gradient)
    {
        if (!IsStored && parameters.Format == Arithmetic && gradient.Format == Arithmetic && hidden is null)
        {
            Memory((T*)parameters.Pointer, (T*)gradient.Pointer, nameof(gradient));
            return;
        }

        ObjectDisposedException.ThrowIf(IsDisposed, this);
        CheckFormats(parameters);
        CheckOverlap(parameters, hidden, gradient);
    }

    private void CheckFormats(StoredNumbers parameters)
    {
        if (Cost is null)
        {
            throw new NotSupportedException(
                $"{Name} works on matrices, and steps on parameters and gradients of type {typeof(T).Name} only; convert them, or use a rule whose step is a sweep, such as AdamW.");
        }

        if (_missed is not null && parameters.Format != Arithmetic)
        {
            throw new NotSupportedException(
                $"The optimizer has taken sparse steps, which are for parameters of type {typeof(T).Name}; go on with those, or create another optimizer for parameters in {parameters.Format}.");
        }
    }

    private Vectors<T> StoredMemory(StoredNumbers parameters, byte* hidden, StoredNumbers gradient, Stored* stored)
    {
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        CheckOverlap(parameters, hidden, gradient);
        Vectors<T> vectors = new() { Length = Length, P = (T*)parameters.Pointer, G = (T*)gradient.Pointer };
        *stored = new Stored
        {
            Parameters = parameters.Format,
            Gradient = gradient.Format,
            State = Storage.State,
            Hidden = hidden,
            HasCopy = hidden is not null && parameters.Format == NumberFormat.Single,
            IsStochastic = Storage.Rounding == Rounding.Stochastic,
            Key = Noise.Key(Storage.Seed, StepCount + 1),
            FirstIndex = (ulong)Storage.FirstIndex,
            HasBlocks = HasBlocks,
        };
        for (int i = 0; i < _stored.Length; i++)
        {
            (&vectors.S0)[i] = (T*)_stored[i].Pointer;
            (&stored->State0)[i] = _stored[i].Format;
            (&stored->Scales0)[i] = _stored[i].Scales is { } scales ? scales.Pointer : null;
        }

        // Where nothing is in fewer bits, the loops that know of none are faster.
        bool isFull = parameters.Format == Arithmetic && gradient.Format == Arithmetic && !IsStored && hidden is null;
        vectors.Stored = isFull ? null : stored;
        return vectors;
    }

    private void CheckOverlap(StoredNumbers parameters, byte* hidden, StoredNumbers gradient)
    {
        nint ofParameters = Length * parameters.Format.Bytes(), ofGradient = Length * gradient.Format.Bytes(), ofHidden = hidden is null ? 0 : Length * sizeof(ushort);
        if (parameters.Pointer != gradient.Pointer || parameters.Format != gradient.Format)
        {
            Guard.Disjoint(parameters.Pointer, ofParameters, gradient.Pointer, ofGradient, nameof(parameters), nameof(gradient));
        }

        Guard.Disjoint(hidden, ofHidden, parameters.Pointer, ofParameters, nameof(hidden), nameof(parameters));
        Guard.Disjoint(hidden, ofHidden, gradient.Pointer, ofGradient, nameof(hidden), nameof(gradient));
        foreach (StoredVector state in _stored)
        {
            Guard.Disjoint(parameters.Pointer, ofParameters, (byte*)state.Pointer, state.ByteLength, nameof(parameters), "the optimizer's state");
            Guard.Disjoint(gradient.Pointer, ofGradient, (byte*)state.Pointer, state.ByteLength, nameof(gradient), "the optimizer's state");
            Guard.Disjoint(hidden, ofHidden, (byte*)state.Pointer, state.ByteLength, nameof(hidden), "the optimizer's state");
        }
    }
}
