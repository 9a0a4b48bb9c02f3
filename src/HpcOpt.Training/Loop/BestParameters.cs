using System.Numerics;

namespace HpcOpt.Training;

/// <summary>The parameters of the epoch with the least validation loss.</summary>
/// <param name="length">m, or 0 where none are to be kept.</param>
internal sealed class BestParameters<T>(int length) : IStateful
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly KeptVector<T> _values = new(length);
    private double _loss = double.PositiveInfinity;
    private long _step;
    private int _epoch;

    /// <summary>Number of the epoch, from 1; 0 before any.</summary>
    public int Epoch => _epoch;

    /// <summary>Updates that they have seen.</summary>
    public long Step => _step;

    public Span<T> Values => _values.Span;

    public (double Loss, long Step, int Epoch) Mark
    {
        get => (_loss, _step, _epoch);
        set => (_loss, _step, _epoch) = value;
    }

    /// <summary>Whether an epoch is the best so far, which <see cref="Mark"/> then names; its parameters are to be copied.</summary>
    public bool Takes(double? loss, long step, int epoch)
    {
        if (!(length > 0 && loss < _loss))
        {
            return false;
        }

        Mark = (loss.Value, step, epoch);
        return true;
    }

    public void VisitState(StateVisitor visitor)
    {
        visitor.Real("loss", ref _loss);
        visitor.Integer("step", ref _step);
        visitor.Integer("epoch", ref _epoch);
        _values.Visit(visitor, "parameters");
    }
}
