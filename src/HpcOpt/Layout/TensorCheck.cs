using System.Numerics;

namespace HpcOpt.Engine;

/// <summary>Whether the tensors of a step are all there and overlap nothing; looks at those alone that got another address.</summary>
internal sealed unsafe class TensorCheck<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private TensorList<T>? _parameters;
    private TensorList<T>? _gradients;
    private long _parametersVersion = -1;
    private long _gradientsVersion = -1;
    private (nint Start, nint End, int Segment)[] _sorted = [];

    /// <summary>Throws before anything is written.</summary>
    public void Check(TensorList<T>? parameters, TensorList<T>? gradients, Streams* memory, nint length, StateView[] state)
    {
        if (parameters != _parameters || (parameters?.Version ?? -1) != _parametersVersion)
        {
            (_parameters, _gradients, _parametersVersion, _gradientsVersion) = (null, null, -1, -1);
            Sort(parameters, memory, length);
            CheckParameters(parameters, state);
            (_parameters, _parametersVersion) = (parameters, parameters?.Version ?? -1);
        }

        if (gradients is null)
        {
            // The vector may be another one each time.
            CheckGradient(((nint)memory->G.Address, (nint)memory->G.Address + (length * memory->G.Format.Bytes())), -1, parameters, state);
            return;
        }

        if (parameters is null)
        {
            Sort(parameters, memory, length);
        }

        long since = gradients == _gradients && parameters is not null ? _gradientsVersion : -1;
        if (gradients.Version == since)
        {
            return;
        }

        for (int i = 0; i < gradients.Layout.Segments.Count; i++)
        {
            if (gradients.HasChanged(i, since) && gradients.Addresses[i] != 0)
            {
                CheckGradient(gradients.Bytes(i), i, parameters, state);
            }
        }

        (_gradients, _gradientsVersion) = (gradients, gradients.Version);
    }

    /// <summary>The bytes of all parameters, by their addresses.</summary>
    private void Sort(TensorList<T>? parameters, Streams* memory, nint length)
    {
        if (parameters is null)
        {
            _sorted = [((nint)memory->P.Address, (nint)memory->P.Address + (length * memory->P.Format.Bytes()), -1)];
            return;
        }

        int count = parameters.Layout.Segments.Count;
        _sorted = new (nint, nint, int)[count];
        for (int i = 0; i < count; i++)
        {
            (nint start, nint end) = parameters.Bytes(i);
            if (start == 0 && parameters.Layout.Segments[i].Length > 0)
            {
                throw new ArgumentException($"Segment {parameters.Layout.Segments[i]} has no address among the parameters; set it before the step.", nameof(parameters));
            }

            _sorted[i] = (start, end, i);
        }

        Array.Sort(_sorted);
    }

    private void CheckParameters(TensorList<T>? parameters, StateView[] state)
    {
        for (int i = 0; i < _sorted.Length && parameters is not null; i++)
        {
            (nint start, nint end, int segment) = _sorted[i];
            if (i > 0 && start < _sorted[i - 1].End)
            {
                string names = $"'{parameters.Layout.Segments[_sorted[i - 1].Segment].Name}' and '{parameters.Layout.Segments[segment].Name}'";
                throw new ArgumentException($"The parameters of {names} overlap; give each tensor memory of its own.", nameof(parameters));
            }

            foreach (StateView vector in state)
            {
                Guard.Disjoint((byte*)start, end - start, (byte*)vector.Pointer, vector.ByteLength, "parameters", "the optimizer's state");
            }
        }
    }

    private void CheckGradient((nint Start, nint End) bytes, int segment, TensorList<T>? parameters, StateView[] state)
    {
        foreach (StateView vector in state)
        {
            Guard.Disjoint((byte*)bytes.Start, bytes.End - bytes.Start, (byte*)vector.Pointer, vector.ByteLength, "gradient", "the optimizer's state");
        }

        // The first tensor of parameters that ends behind the beginning of the gradient.
        (int low, int high) = (0, _sorted.Length);
        while (low < high)
        {
            int middle = (low + high) / 2;
            (low, high) = _sorted[middle].End > bytes.Start ? (low, middle) : (middle + 1, high);
        }

        for (; low < _sorted.Length && _sorted[low].Start < bytes.End; low++)
        {
            bool isItsOwn = _sorted[low].Segment == segment && _sorted[low].Start == bytes.Start;
            if (!isItsOwn && _sorted[low].End > _sorted[low].Start && bytes.End > bytes.Start)
            {
                throw new ArgumentException("The gradient overlaps the parameters of another tensor; give it memory of its own.", nameof(parameters));
            }
        }
    }
}
