using HpcOpt.Formats;

namespace HpcOpt.Engine;

/// <summary>A range of parameters that one group updates; in a layer-wise step, one layer.</summary>
internal struct SegmentRange
{
    public nint Start;
    public nint End;
    public int Group;

    /// <summary>Number of its segment, which is that of its tensor where tensors have addresses of their own.</summary>
    public int Segment;

    /// <summary>Units in the ranges before this one: parameters, or where they have scales whole blocks of them.</summary>
    public nint Before;

    /// <summary>Leaves of sums in the ranges before this one.</summary>
    public nint FirstLeaf;

    /// <summary>Number of the scale of its first elements, of state that has scales.</summary>
    public nint FirstScale;

    /// <summary>The factor of the layer in this step.</summary>
    public double Ratio;

    /// <summary>Leaves of sums.</summary>
    public readonly nint Leaves => Units(SquareSums.LeafLength);

    /// <summary>Parameters in units of so many.</summary>
    public readonly nint Units(int unit) => (End - Start + unit - 1) / unit;

    /// <summary>First element and length of a leaf of sums.</summary>
    public readonly (nint Start, nint Length) Leaf(nint number)
    {
        nint start = Start + (number * SquareSums.LeafLength);
        return (start, nint.Min(SquareSums.LeafLength, End - start));
    }

    /// <summary>Number of the scale that an element shares.</summary>
    public readonly nint ScaleOf(nint i) => FirstScale + ((i - Start) / Float8.BlockLength);
}
