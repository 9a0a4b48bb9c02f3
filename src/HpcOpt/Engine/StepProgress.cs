namespace HpcOpt.Engine;

/// <summary>What each group of an optimizer carries from step to step beside its state vectors: its steps and the rule's scalars.</summary>
/// <remarks>A group counts its own steps, so that one that was frozen begins like a new optimizer.</remarks>
internal sealed unsafe class StepProgress
{
    private readonly long[] _steps;
    private readonly double[] _scalars;
    private readonly int _count;

    public StepProgress(StateScalar[] scalars, int groups)
    {
        _count = scalars.Length;
        _steps = new long[groups];
        _scalars = GC.AllocateArray<double>(groups * _count, pinned: true);
        for (int i = 0; i < _scalars.Length; i++)
        {
            _scalars[i] = scalars[i % _count].Initial;
        }
    }

    /// <summary>Whether a group has made a step.</summary>
    public bool HasBegun(int group) => _steps[group] > 0;

    /// <summary>Begins the next step of a group.</summary>
    public StepInfo Next(int group)
    {
        // Pinned: the address outlives the statement.
        fixed (double* scalars = _scalars)
        {
            return new StepInfo(++_steps[group], scalars + (group * _count), _count);
        }
    }
}
