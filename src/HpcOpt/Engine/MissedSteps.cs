using System.Numerics;

namespace HpcOpt.Engine;

/// <summary>Steps of equal factors, behind the first <paramref name="Before"/>.</summary>
internal readonly record struct StepRun(int Before, LazyDecay Decay);

/// <summary>
/// Which steps each row of the parameters has missed because it did not appear. A row that appears, or is settled, is multiplied once with the product of what
/// they would have multiplied it with.
/// </summary>
internal sealed unsafe class MissedSteps<T>(nint length, int width, int stateCount)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    // Only a learning rate that changes makes many runs; when there is no room for more, all rows are settled.
    private const int MostRuns = 4096;

    private StepRun[] _runs = new StepRun[4];
    private int _count;
    private int _steps;

    // For each row the last of the steps since all rows were settled in which it appeared; null as long as no step has changed what did not appear.
    private int[]? _last;

    /// <summary>Parameters in a row.</summary>
    public int Width => width;

    /// <summary>Whether θ itself has decayed since all rows were settled.</summary>
    public bool MissesParameters { get; private set; }

    /// <summary>Makes room for a step with these factors before it is taken.</summary>
    public void Begin(Execution execution, Vectors<T>* memory, LazyDecay decay)
    {
        if (_steps == int.MaxValue || (_count == MostRuns && _runs[^1].Decay != decay))
        {
            Settle(execution, memory);
        }

        if (_count == _runs.Length)
        {
            Array.Resize(ref _runs, Math.Min(MostRuns, 4 * _count));
        }

        if (decay != LazyDecay.None)
        {
            _last ??= new int[checked((int)(length / width))];
        }
    }

    /// <summary>Brings rows up to date; those of a step that is about to be taken count as part of it.</summary>
    public void CatchUp(Execution execution, Vectors<T>* memory, nint* rows, nint count, bool takesStep) =>
        Run(execution, new CatchUpPass<T> { Memory = memory, Rows = rows, Mark = _steps + (takesStep ? 1 : 0) }, count);

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
    public void Settle(Execution execution, Vectors<T>* memory)
    {
        WriteSettled(execution, memory);
        (_count, _steps, MissesParameters) = (0, 0, false);
        _last?.AsSpan().Clear();
    }

    /// <summary>Brings all rows of a copy up to date, and forgets nothing; where S0 is null, the parameters alone.</summary>
    public void WriteSettled(Execution execution, Vectors<T>* memory) =>
        Run(execution, new CatchUpPass<T> { Memory = memory, Mark = CatchUpPass<T>.NoMark }, _last?.Length ?? 0);

    private void Run(Execution execution, CatchUpPass<T> pass, nint count)
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
            (pass.RunCount, pass.Steps, pass.Width, pass.StateCount) = (_count, _steps, width, stateCount);
            execution.Run(&CatchUpPass<T>.Run, &pass, count, width * sizeof(T));
        }
    }
}
