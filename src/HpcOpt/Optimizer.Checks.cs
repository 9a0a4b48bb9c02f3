using System.Runtime.CompilerServices;
using HpcOpt.Engine;

namespace HpcOpt;

/// <content>What is wrong with operands, before anything is written.</content>
public abstract unsafe partial class Optimizer<T>
{
    private readonly TensorCheck<T> _tensorCheck = new();
    private ParameterLayout? _equalLayout;

    /// <summary>Whatever it lends: no operand may overlap that.</summary>
    private StateView[] _own = [];

    /// <summary>The segments, if the optimizer was made for a layout.</summary>
    public virtual ParameterLayout? Layout => null;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Check(in Operand<T> parameters, in Operand<T> gradient)
    {
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        Guard.Length(parameters.Length, Length, nameof(parameters));
        Guard.Length(gradient.Length, Length, nameof(gradient));
        if (parameters.Format != Arithmetic || gradient.Format != Arithmetic || parameters.IsReadOnly)
        {
            CheckFormats(parameters, gradient.Format);
        }

        if (parameters.Kind == OperandKind.Dense && gradient.Kind != OperandKind.Tensors && !IsApart())
        {
            CheckOverlap(*Memory);
        }
    }

    /// <summary>Whether the memory of a plain step overlaps nothing: quick, and false where the whole check must tell.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool IsApart()
    {
        Streams* memory = Memory;
        nint bytes = Length * sizeof(T);
        byte* p = memory->P.Address;
        byte* g = memory->G.Address;
        bool isApart = !_isStored && !_hasOptions && Cost is not null && memory->P.Second == null
            && (p == g || p + bytes <= g || g + bytes <= p);
        for (int k = 0; isApart && k < _state.Length; k++)
        {
            byte* state = Streams.StateOf(memory, k)->Address;
            isApart = (p + bytes <= state || state + bytes <= p) && (g + bytes <= state || state + bytes <= g);
        }

        return isApart;
    }

    private static string Formats(Func<NumberFormat, bool> holds) =>
        typeof(T) == typeof(float) ? $"{Arithmetic} or {NumberFormats.Names(holds)}" : $"{Arithmetic}";

    private void CheckFormats(in Operand<T> parameters, NumberFormat gradient)
    {
        NumberFormat format = parameters.Format;
        if (parameters.IsReadOnly)
        {
            throw new ArgumentException("parameters is memory that may only be read; expected memory to write to.", nameof(parameters));
        }

        bool isSingle = typeof(T) == typeof(float);
        if (format != Arithmetic && !(isSingle && format.HoldsParameters()))
        {
            throw new ArgumentException(
                $"Parameters in {format} are not supported by Optimizer<{typeof(T).Name}>; use {Formats(NumberFormats.HoldsParameters)}.",
                nameof(parameters));
        }

        if (gradient != Arithmetic && !(isSingle && gradient.HoldsGradients()))
        {
            throw new ArgumentException(
                $"A gradient in {gradient} is not supported by Optimizer<{typeof(T).Name}>; use {Formats(NumberFormats.HoldsGradients)}.",
                nameof(gradient));
        }

        if (Cost is null)
        {
            throw new NotSupportedException(
                $"{Name} steps on parameters and gradients of type {typeof(T).Name} only; convert them, "
                + "or use a rule whose step is a pass over numbers, such as AdamW.");
        }

        if (_deferred.Width > 0 && format != Arithmetic)
        {
            throw new NotSupportedException(
                $"The optimizer has taken sparse steps, which are for parameters of type {typeof(T).Name}; go on with those, "
                + $"or create another optimizer for parameters in {format}.");
        }

        if (_copy is not null && format != NumberFormat.Single)
        {
            throw new ArgumentException(
                $"{nameof(StepOptions.KeepsCopy)} is set, but the parameters are {format} themselves; use them.", nameof(parameters));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void CheckOverlap(in Streams memory)
    {
        nint ofParameters = Length * memory.P.Format.Bytes(), ofGradient = Length * memory.G.Format.Bytes(),
            ofSecond = memory.P.Second == null ? 0 : Length * sizeof(ushort);
        if (memory.P.Address != memory.G.Address || memory.P.Format != memory.G.Format)
        {
            Guard.Disjoint(memory.P.Address, ofParameters, memory.G.Address, ofGradient, "parameters", "gradient");
        }

        if (ofSecond > 0)
        {
            Guard.Disjoint(memory.P.Second, ofSecond, memory.P.Address, ofParameters, "the lower halves", "parameters");
            Guard.Disjoint(memory.P.Second, ofSecond, memory.G.Address, ofGradient, "the lower halves", "gradient");
        }

        foreach (StateView own in _own)
        {
            byte* address = (byte*)own.Pointer;
            Guard.Disjoint(memory.P.Address, ofParameters, address, own.ByteLength, "parameters", own.Owned);
            Guard.Disjoint(memory.G.Address, ofGradient, address, own.ByteLength, "gradient", own.Owned);
            Guard.Disjoint(memory.P.Second, ofSecond, address, own.ByteLength, "the lower halves", own.Owned);
        }
    }

    /// <summary>The addresses of tensors, checked; the default where both operands are vectors.</summary>
    private TensorAddresses Tensors(in Operand<T> parameters, in Operand<T> gradient)
    {
        var ofParameters = parameters.Owner as TensorList<T>;
        var ofGradient = gradient.Owner as TensorList<T>;
        if (ofParameters is null && ofGradient is null)
        {
            return default;
        }

        if (ofParameters is not null && _deferred.Width > 0)
        {
            throw new NotSupportedException(
                "The optimizer has taken sparse steps, which are for parameters in one vector; go on with that, or create another one.");
        }

        CheckLayout(ofParameters, nameof(parameters));
        CheckLayout(ofGradient, nameof(gradient));
        _tensorCheck.Check(ofParameters, ofGradient, Memory, Length, _own);
        return new TensorAddresses
        {
            Parameters = ofParameters is null ? null : ofParameters.Addresses,
            Second = ofParameters is null ? null : ofParameters.SecondAddresses,
            Gradients = ofGradient is null ? null : ofGradient.Addresses,
            Present = ofGradient is null ? null : ofGradient.Addresses,
            ParameterBytes = parameters.Format.Bytes(),
            GradientBytes = gradient.Format.Bytes(),
        };
    }

    private void CheckLayout(TensorList<T>? tensors, string name)
    {
        if (tensors is null)
        {
            return;
        }

        tensors.ThrowIfDisposed();
        if (Layout is null || !(ReferenceEquals(tensors.Layout, _equalLayout) || Layout.Equals(tensors.Layout)))
        {
            throw new ArgumentException(
                $"The layout of {name} is not the optimizer's; create the optimizer for the layout of the tensors.", name);
        }

        _equalLayout = tensors.Layout;
    }
}
