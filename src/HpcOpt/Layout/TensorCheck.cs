using System.Numerics;

namespace HpcOpt.Engine;

/// <summary>Whether the tensors of a step are all present and overlap nothing; checks only those whose address has changed.</summary>
internal sealed unsafe class TensorCheck<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly List<(nint Start, nint End, int Segment)> _sorted = [];
    private TensorList<T>? _parameters;
    private TensorList<T>? _gradients;
    private long _parametersVersion = -1;
    private long _gradientsVersion = -1;

    /// <summary>Throws before anything is written.</summary>
    /// <param name="parameters">The parameters, if they are tensors; else they are those of <paramref name="memory"/>.</param>
    /// <param name="gradients">The same of the gradient.</param>
    /// <param name="memory">Vectors of the step.</param>
    /// <param name="length">Number of parameters.</param>
    /// <param name="own">What the optimizer owns.</param>
    public void Check(TensorList<T>? parameters, TensorList<T>? gradients, Streams* memory, nint length, ReadOnlySpan<StateView> own)
    {
        if (parameters is null || parameters != _parameters || parameters.Version != _parametersVersion)
        {
            // What fails is looked at again the next time.
            (_parameters, _gradients) = (null, null);
            Sort(parameters, memory, length);
            CheckParameters(parameters, own);
            (_parameters, _parametersVersion) = (parameters, parameters?.Version ?? -1);
        }

        if (gradients is null)
        {
            // The vector may be another one each time.
            CheckGradient(((nint)memory->G.Address, (nint)memory->G.Address + (length * memory->G.Format.Bytes())), -1, isOwn: false, own);
            return;
        }

        // A vector of parameters may be another one each time too.
        long since = gradients == _gradients && parameters is not null ? _gradientsVersion : -1;
        for (int i = 0; i < gradients.Layout.Segments.Count && gradients.Version != since; i++)
        {
            if (gradients.HasChanged(i, since) && gradients.Addresses[i] != 0)
            {
                CheckGradient(gradients.Bytes(i), i, isOwn: parameters?.Format == gradients.Format, own);
            }
        }

        (_gradients, _gradientsVersion) = (gradients, gradients.Version);
    }

    /// <summary>The bytes of all parameters, by their addresses.</summary>
    private void Sort(TensorList<T>? parameters, Streams* memory, nint length)
    {
        _sorted.Clear();
        if (parameters is null)
        {
            Add((nint)memory->P.Address, length * memory->P.Format.Bytes(), -1);
            Add((nint)memory->P.Second, memory->P.Second == null ? 0 : length * sizeof(ushort), -1);
        }

        for (int i = 0; i < parameters?.Layout.Segments.Count; i++)
        {
            ParameterSegment segment = parameters.Layout.Segments[i];
            if (segment.Length > 0 && parameters.Addresses[i] == 0)
            {
                throw new ArgumentException(
                    $"Segment {segment} has no address among the parameters; set it before the step.", nameof(parameters));
            }

            (nint start, nint end) = parameters.Bytes(i);
            Add(start, end - start, i);
            if (parameters.SecondAddresses != null)
            {
                Add(parameters.SecondAddresses[i], segment.Length * sizeof(ushort), i);
            }
        }

        _sorted.Sort();

        void Add(nint start, nint bytes, int segment)
        {
            if (bytes > 0)
            {
                _sorted.Add((start, start + bytes, segment));
            }
        }
    }

    private void CheckParameters(TensorList<T>? parameters, ReadOnlySpan<StateView> own)
    {
        for (int i = 0; i < _sorted.Count; i++)
        {
            (nint start, nint end, int segment) = _sorted[i];
            if (i > 0 && start < _sorted[i - 1].End)
            {
                throw new ArgumentException(
                    parameters is null ? "The halves of the parameters overlap; give them separate memory."
                    : $"The parameters of '{NameOf(_sorted[i - 1].Segment)}' and '{NameOf(segment)}' overlap; give each memory of its own.",
                    nameof(parameters));
            }

            foreach (StateView vector in own)
            {
                Guard.Disjoint((byte*)start, end - start, (byte*)vector.Pointer, vector.ByteLength, nameof(parameters), vector.Owned);
            }
        }

        string NameOf(int segment) => parameters!.Layout.Segments[segment].Name;
    }

    /// <param name="bytes">Where the gradient of a tensor, or of all, is.</param>
    /// <param name="segment">Number of the tensor; -1 for all.</param>
    /// <param name="isOwn">Whether it may lie where the parameters of the same tensor do.</param>
    /// <param name="own">What the optimizer owns.</param>
    private void CheckGradient((nint Start, nint End) bytes, int segment, bool isOwn, ReadOnlySpan<StateView> own)
    {
        if (bytes.Start == bytes.End)
        {
            return;
        }

        foreach (StateView vector in own)
        {
            Guard.Disjoint((byte*)bytes.Start, bytes.End - bytes.Start, (byte*)vector.Pointer, vector.ByteLength, "gradient", vector.Owned);
        }

        // The first tensor of parameters that ends behind the beginning of the gradient.
        (int low, int high) = (0, _sorted.Count);
        while (low < high)
        {
            int middle = (low + high) / 2;
            (low, high) = _sorted[middle].End > bytes.Start ? (low, middle) : (middle + 1, high);
        }

        for (; low < _sorted.Count && _sorted[low].Start < bytes.End; low++)
        {
            if (!(isOwn && _sorted[low] == (bytes.Start, bytes.End, segment)))
            {
                throw new ArgumentException(
                    "The gradient overlaps parameters without being in place of them; give it memory of its own.", nameof(bytes));
            }
        }
    }
}
