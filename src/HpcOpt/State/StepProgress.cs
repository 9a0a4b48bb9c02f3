namespace HpcOpt.Engine;

/// <summary>What each group of an optimizer carries from step to step beside its state vectors: its steps and the rule's scalars.</summary>
/// <remarks>
/// A group counts its own steps, so that one that was frozen begins like a new optimizer. A step works on copies of the scalars, which take
/// the place of the old ones at <see cref="Commit"/>: a step that fails before that has changed nothing.
/// </remarks>
internal sealed unsafe class StepProgress : IStateful
{
    private readonly int _count;
    private readonly StateScalar[] _names;
    private readonly long[] _steps;
    private readonly double[] _scalars;
    private readonly double[] _next;

    public StepProgress(StateScalar[] scalars, int groups)
    {
        (_names, _count) = (scalars, scalars.Length);
        _steps = new long[groups];
        _scalars = GC.AllocateArray<double>(groups * _count, pinned: true);
        _next = GC.AllocateArray<double>(groups * _count, pinned: true);
        for (int i = 0; i < _scalars.Length; i++)
        {
            _scalars[i] = scalars[i % _count].Initial;
        }
    }

    /// <summary>Whether a group has made a step.</summary>
    public bool HasBegun(int group) => _steps[group] > 0;

    /// <summary>The next step of a group.</summary>
    public StepInfo Next(int group)
    {
        for (int i = group * _count; i < (group + 1) * _count; i++)
        {
            _next[i] = _scalars[i];
        }

        // Pinned: the address outlives the statement.
        fixed (double* scalars = _next)
        {
            return new StepInfo(_steps[group] + 1, scalars + (group * _count), _count);
        }
    }

    /// <summary>Counts the step of a group.</summary>
    public void Commit(int group)
    {
        _steps[group]++;
        for (int i = group * _count; i < (group + 1) * _count; i++)
        {
            _scalars[i] = _next[i];
        }
    }

    /// <inheritdoc/>
    public void VisitState(StateVisitor visitor)
    {
        visitor.Fixed("groups", _steps.Length.ToString(System.Globalization.CultureInfo.InvariantCulture));
        for (int group = 0; group < _steps.Length; group++)
        {
            visitor.Integer($"step.{group}", ref _steps[group]);
            for (int i = 0; i < _count; i++)
            {
                visitor.Real($"{_names[i].Name}.{group}", ref _scalars[(group * _count) + i]);
            }
        }
    }
}
