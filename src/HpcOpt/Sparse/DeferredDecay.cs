using System.Numerics;

namespace HpcOpt.Engine;

/// <summary>Steps of equal factors, behind the first <paramref name="Before"/>.</summary>
internal readonly record struct StepRun(int Before, LazyDecay Decay);

/// <summary>
/// The decay of steps in which a row of the parameters did not appear: applied as one multiplication when the row next appears or is
/// flushed.
/// </summary>
internal sealed unsafe class DeferredDecay<T>(nint length) : IStateful
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    // Only a learning rate that changes makes many runs; when there is no room for more, all rows are flushed.
    private const int MostRuns = 4096;

    private StepRun[] _runs = new StepRun[4];
    private int _count;
    private int _steps;
    private int _width;

    // For each row the last step, since all rows were flushed, in which it appeared; null until a step decays rows that do not appear.
    private int[]? _last;

    /// <summary>Parameters in a row; 0 before the first sparse step.</summary>
    public int Width => _width;

    /// <summary>Whether θ itself has decayed since all rows were flushed.</summary>
    public bool MissesParameters { get; private set; }

    /// <summary>Makes room for a step with these factors before it is taken.</summary>
    public void Begin(Execution execution, Streams* memory, int width, int stateCount, LazyDecay decay)
    {
        if (width != _width)
        {
            Flush(execution, memory, stateCount);
            (_width, _last) = (width, null);
        }

        if (_steps == int.MaxValue || (_count == MostRuns && _runs[^1].Decay != decay))
        {
            Flush(execution, memory, stateCount);
        }

        if (_count == _runs.Length)
        {
            Array.Resize(ref _runs, Math.Min(MostRuns, 4 * _count));
        }

        if (decay != LazyDecay.None)
        {
            _last ??= new int[checked((int)(length / _width))];
        }
    }

    /// <summary>Brings rows up to date; those of a step that is about to be taken count as part of it.</summary>
    public void CatchUp(Execution execution, Streams* memory, nint* rows, nint count, int stateCount, bool takesStep) =>
        Run(execution,
            new DecayPass<T> { Memory = memory, Rows = rows, Mark = _steps + (takesStep ? 1 : 0), StateCount = stateCount }, count);

    /// <summary>Counts the step that was taken.</summary>
    public void End(LazyDecay decay)
    {
        if (_count == 0 || _runs[_count - 1].Decay != decay)
        {
            _runs[_count++] = new StepRun(_steps, decay);
        }

        MissesParameters |= decay.Parameters != 1;
        _steps++;
    }

    /// <summary>Brings all rows up to date.</summary>
    public void Flush(Execution execution, Streams* memory, int stateCount)
    {
        Multiply(execution, memory, stateCount);
        (_count, _steps, MissesParameters) = (0, 0, false);
        _last?.AsSpan().Clear();
    }

    /// <summary>Brings all rows of a copy of the parameters up to date, and forgets nothing.</summary>
    public void WriteFlushed(Execution execution, Streams* copy) => Multiply(execution, copy, states: 0);

    private void Multiply(Execution execution, Streams* memory, int states) =>
        Run(execution, new DecayPass<T> { Memory = memory, Mark = DecayPass<T>.NoMark, StateCount = states }, _last?.Length ?? 0);

    private void Run(Execution execution, DecayPass<T> pass, nint count)
    {
        if (_last is null || (_steps == 0 && pass.Mark <= 0))
        {
            return;
        }

        fixed (int* last = _last)
        fixed (StepRun* runs = _runs)
        {
            pass.Last = last;
            pass.Runs = runs;
            (pass.RunCount, pass.Steps, pass.Width) = (_count, _steps, _width);
            execution.Run(&DecayPass<T>.Run, &pass, count, _width * sizeof(T));
        }
    }

    /// <inheritdoc/>
    public void VisitState(StateVisitor visitor)
    {
        int[] shape = visitor.Read("shape", [_width, _steps]);
        int[] last = visitor.Read("last", _last ?? []);
        int[] before = visitor.Read("before", [.. _runs.Take(_count).Select(run => run.Before)]);
        double[] factors = visitor.Read(
            "factors",
            [.. _runs.Take(_count).Select(run => run.Decay)
                .SelectMany(decay => (double[])[decay.Parameters, decay.S0, decay.S1, decay.S2])]);
        visitor.Expect("shape", shape is [>= 0, >= 0] && (shape[0] == 0 || length % shape[0] == 0), "the width of the rows, and steps");
        (int width, int steps) = shape is [_, _] ? (shape[0], shape[1]) : (0, 0);
        bool isWhole = last.Length == 0
            || (width > 0 && last.Length == length / width && Array.TrueForAll(last, step => step >= 0 && step <= steps));
        visitor.Expect("last", isWhole, $"a step from 0 to {steps} for each row");
        bool isAscending = before.Length == 0
            ? steps == 0
            : before[0] == 0 && before.Zip(before.Skip(1)).All(pair => pair.First < pair.Second);
        visitor.Expect("before", isAscending && before.All(step => step < steps), $"ascending steps from 0 to less than {steps}");
        visitor.Expect("factors", factors.Length == 4 * before.Length, $"{4 * before.Length} factors");
        if (visitor.IsTrial)
        {
            return;
        }

        (_width, _steps, _count) = (width, steps, before.Length);
        _last = last.Length == 0 ? null : last;
        _runs = new StepRun[Math.Max(4, _count)];
        MissesParameters = false;
        for (int i = 0; i < _count; i++)
        {
            _runs[i] = new StepRun(
                before[i], new LazyDecay(factors[4 * i], factors[(4 * i) + 1], factors[(4 * i) + 2], factors[(4 * i) + 3]));
            MissesParameters |= factors[4 * i] != 1;
        }
    }
}
