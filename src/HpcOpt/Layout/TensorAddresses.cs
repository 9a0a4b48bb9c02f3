namespace HpcOpt.Engine;

/// <summary>Where the tensors of a step lie, by the number of their segment; null where all are parts of one vector.</summary>
internal readonly unsafe struct TensorAddresses(nint* parameters, nint* second, nint* gradients, int parameterBytes, int gradientBytes)
{
    /// <summary>Whether parameters and gradient are vectors.</summary>
    public bool IsNone => parameters == null && gradients == null;

    /// <summary>Whether the gradient is given by tensors, some of which may be absent.</summary>
    public bool HasGradients => gradients != null;

    /// <summary>For a pass that reads the parameters in place of a gradient.</summary>
    public TensorAddresses OfParameters => parameters == null ? default : new(null, null, parameters, 0, parameterBytes);

    /// <summary>For a pass that reads the gradient alone.</summary>
    public TensorAddresses OfGradients => gradients == null ? default : new(null, null, gradients, 0, gradientBytes);

    /// <summary>Whether the parameters are given by tensors.</summary>
    public bool HasParameters => parameters != null;

    /// <summary>Address of a tensor of parameters.</summary>
    public nint ParametersOf(int segment) => parameters[segment];

    /// <summary>Address of a tensor of the gradient; 0 where it is absent.</summary>
    public nint GradientOf(int segment) => gradients[segment];

    /// <summary>
    /// Sets the addresses of a pass so that element i of the flat vector lies i elements behind them, for the elements of a range; false where its
    /// gradient is absent.
    /// </summary>
    public bool Place(SegmentRange* range, Streams* streams)
    {
        if (gradients != null)
        {
            if (gradients[range->Segment] == 0)
            {
                return false;
            }

            streams->G.Address = (byte*)(gradients[range->Segment] - (range->Start * gradientBytes));
        }

        if (parameters != null)
        {
            streams->P.Address = (byte*)(parameters[range->Segment] - (range->Start * parameterBytes));
            if (second != null)
            {
                streams->P.Second = (byte*)(second[range->Segment] - (range->Start * sizeof(ushort)));
            }
        }

        return true;
    }
}
