namespace HpcOpt.Engine;

/// <summary>Where the tensors of a step lie, by the number of their segment; null where all are parts of one vector.</summary>
internal unsafe struct TensorAddresses
{
    public nint* Parameters;

    /// <summary>The lower halves of parameters that are split.</summary>
    public nint* Second;

    public nint* Gradients;

    /// <summary>The lower halves of what a pass reads in place of a gradient.</summary>
    public nint* GradientsSecond;

    /// <summary>Not 0 for the tensors that the step has a gradient for; null where it has one for all.</summary>
    public nint* Present;

    public int ParameterBytes;
    public int GradientBytes;

    /// <summary>Whether parameters and gradient are vectors.</summary>
    public readonly bool IsNone => Parameters == null && Gradients == null && Present == null;

    /// <summary>For a pass that reads the parameters in place of a gradient, those of absent gradients too.</summary>
    public readonly TensorAddresses OfAllParameters =>
        new() { Gradients = Parameters, GradientsSecond = Second, GradientBytes = ParameterBytes };

    /// <summary>For a pass that reads the parameters in place of a gradient.</summary>
    public readonly TensorAddresses OfParameters => OfAllParameters with { Present = Present };

    /// <summary>For a pass that reads the gradient alone.</summary>
    public readonly TensorAddresses OfGradients => new() { Gradients = Gradients, GradientBytes = GradientBytes, Present = Present };

    /// <summary>With a gradient in one vector, of which the same tensors count.</summary>
    public readonly TensorAddresses WithGradientVector => this with { Gradients = null };

    /// <summary>Whether the parameters are given by tensors.</summary>
    public readonly bool HasParameters => Parameters != null;

    /// <summary>Whether the gradient is given by tensors.</summary>
    public readonly bool HasGradients => Gradients != null;

    /// <summary>Address of a tensor of parameters.</summary>
    public readonly nint ParametersOf(int segment) => Parameters[segment];

    /// <summary>Address of a tensor of the gradient.</summary>
    public readonly nint GradientOf(int segment) => Gradients[segment];

    /// <summary>Whether the step has no gradient for a tensor, which it leaves alone.</summary>
    public readonly bool IsAbsent(int segment) => Present != null && Present[segment] == 0;

    /// <summary>
    /// Sets the addresses of a pass so that element i of the flat vector lies i elements behind them, for the elements of a range; false
    /// where its gradient is absent.
    /// </summary>
    public readonly bool Place(SegmentRange* range, Streams* streams)
    {
        if (IsAbsent(range->Segment))
        {
            return false;
        }

        if (Gradients != null)
        {
            streams->G.Address = At(Gradients, range, GradientBytes);
            if (GradientsSecond != null)
            {
                streams->G.Second = At(GradientsSecond, range, sizeof(ushort));
            }
        }

        if (Parameters != null)
        {
            streams->P.Address = At(Parameters, range, ParameterBytes);
            if (Second != null)
            {
                streams->P.Second = At(Second, range, sizeof(ushort));
            }
        }

        return true;
    }

    private static byte* At(nint* addresses, SegmentRange* range, int bytes) => (byte*)(addresses[range->Segment] - (range->Start * bytes));
}
