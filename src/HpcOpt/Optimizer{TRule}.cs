using System.Numerics;
using System.Runtime.CompilerServices;
using HpcOpt.Engine;
using HpcOpt.Lanes;

namespace HpcOpt;

/// <summary>An optimizer with a typed rule, made by <see cref="Optimizer{T}.Create{TRule}(nint, TRule, Execution?, Storage?)"/>.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
/// <typeparam name="TRule">The rule.</typeparam>
public sealed unsafe class Optimizer<T, TRule> : Optimizer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TRule : struct, IOptimizerRule
{
    private readonly StepProgress _progress;
    private readonly CompiledUpdates _updates;
    private readonly GroupRanges _ranges;
    private readonly ParameterGroup<TRule>[] _groups;
    private TRule _rule;

    internal Optimizer(nint length, TRule rule, Execution? execution, Storage? storage)
        : this(length, rule, null, [], execution, storage)
    {
    }

    internal Optimizer(ParameterLayout layout, TRule rule, ParameterGroup<TRule>[] groups, Execution? execution, Storage? storage)
        : this(layout.Length, rule, layout, groups, execution, storage)
    {
    }

    private Optimizer(
        nint length, TRule rule, ParameterLayout? layout, ParameterGroup<TRule>[] groups, Execution? execution, Storage? storage)
        : base(rule.Name, length, StepCost.Of(RuleLayout.Checked(rule)), execution, storage)
    {
        (_rule, Layout, _groups) = (rule, layout, groups);
        _progress = new StepProgress(rule.Scalars, groups.Length + 1);
        _updates = new CompiledUpdates(groups.Length + 1);
        bool isLayerwise = Cost is { IsLayerwise: true }, hasScales = Storage.State == StateFormat.Float8;
        _ranges = layout is null
            ? new GroupRanges(length, sizeof(T), isLayerwise, hasScales)
            : new GroupRanges(GroupRanges.Of(layout, rule, groups), groups.Length + 1, sizeof(T), isLayerwise, hasScales);
        Allocate(rule.State, _ranges.Scales);
        foreach (SegmentRange segment in _ranges.Segments)
        {
            StateVector[] vectors = RuleOf(segment.Group).State;
            for (int i = 0; i < vectors.Length; i++)
            {
                if (vectors[i].Initial != 0)
                {
                    State[i].Fill(segment.Start, segment.End - segment.Start, segment.FirstScale, vectors[i].Initial);
                }
            }
        }
    }

    /// <inheritdoc/>
    public override ParameterLayout? Layout { get; }

    /// <summary>The groups with hyperparameters of their own.</summary>
    public IReadOnlyList<ParameterGroup<TRule>> Groups => _groups;

    /// <summary>The hyperparameters; they may change between steps as long as they need the same state vectors.</summary>
    /// <exception cref="ArgumentException">The new hyperparameters need other state vectors, or are <c>default</c>.</exception>
    public TRule Rule
    {
        get => _rule;
        set => _rule = RuleLayout.Same(value, _rule);
    }

    /// <inheritdoc/>
    public override double LearningRate
    {
        get => _rule.LearningRate;
        set => _rule.LearningRate = value;
    }

    /// <inheritdoc/>
    public override bool HasEvaluationPoint => _rule.HasEvaluationPoint;

    /// <inheritdoc/>
    public override bool StepsSparsely => _rule.LazyDecay is not null && _groups.Length == 0 && Storage.State == StateFormat.Full;

    /// <summary>The ranges, with the groups frozen as they are now.</summary>
    internal override GroupRanges Ranges
    {
        get
        {
            for (int group = 1; group <= _groups.Length; group++)
            {
                _ranges.Freeze(group, _groups[group - 1].IsFrozen);
            }

            return _ranges;
        }
    }

    /// <inheritdoc/>
    public override void VisitState(StateVisitor visitor)
    {
        base.VisitState(visitor);
        for (int i = 0; i < Groups.Count; i++)
        {
            visitor.Fixed($"group.{i + 1}", $"{Groups[i].Name}: {string.Join(", ", Groups[i].Segments)}");
        }

        visitor.Within("progress", _progress);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected override void Update(in StepContext<T> step)
    {
        GroupRanges ranges = Ranges;
        for (int group = 0; group <= _groups.Length; group++)
        {
            if (!ranges.IsFrozen(group))
            {
                // In place: each copy of the hyperparameters would wait for the stores of the one before.
                Unsafe.SkipInit(out UpdateJob job);
                job.Rule = group == 0 ? _rule : _groups[group - 1].Rule;
                if (step.RateFactor != 1)
                {
                    job.Rule.LearningRate *= step.RateFactor;
                }

                (job.Info, job.Group, job.Updates) = (_progress.Next(group), group, _updates);
                job.Memory = Memory;
                job.Modifiers = step.Extras != null && step.Extras->Joins ? &step.Extras->Modifiers : null;
                _updates.Clear(group);
                Execution.Dispatch<T, UpdateJob>(ref job);
                if (!_updates.Has(group))
                {
                    throw new InvalidOperationException(
                        $"{Name} handed no update to the sweep; Step must call Run or RunLayerwise once. Nothing has changed.");
                }
            }
        }

        if (step.Extras == null)
        {
            ranges.Active.Run(Execution, _updates.First, Memory, default);
        }
        else
        {
            RunWith(step, ranges);
        }

        for (int group = 0; group <= _groups.Length; group++)
        {
            if (!ranges.IsFrozen(group))
            {
                _progress.Commit(group);
            }
        }
    }

    /// <summary>The pass of a step that is more than a plain one.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void RunWith(in StepContext<T> step, GroupRanges ranges)
    {
        StepExtras<T>* extras = step.Extras;
        RangePlan plan = extras->Tensors.IsNone ? ranges.Active : ranges.ActiveTensors;
        bool isReduced = step.Reducer is not null && extras->Rows == null;
        if (isReduced)
        {
            plan.Reduce(Execution, _updates.First, Memory, extras->Tensors, step.Reducer!);
        }

        Begin(step);
        if (extras->Rows != null)
        {
            extras->Rows->Run(Execution, _updates.First);
        }
        else
        {
            plan.Run(Execution, _updates.First, Memory, extras->Tensors, isReduced);
        }
    }

    private protected override LazyDecay NextDecay(double rateFactor)
    {
        if (_groups.Length > 0)
        {
            throw new NotSupportedException(
                $"The optimizer has {_groups.Length} groups; sparse steps need one rule for all parameters: "
                + "give each group an optimizer of its own.");
        }

        TRule rule = _rule;
        rule.LearningRate *= rateFactor;
        return rule.LazyDecay ?? throw new NotSupportedException(
            $"{Name} has no sparse step with these hyperparameters; sgd, adagrad, rmsprop, adam and adamw have, "
            + "with a weight decay of 0 unless it is adamw's or that of sgd without momentum. "
            + "Use one of those, or a dense gradient (SparseGradient.CopyTo).");
    }

    private protected override void Evaluate()
    {
        for (int group = 0; group <= _groups.Length; group++)
        {
            if (_progress.HasBegun(group))
            {
                var job = new EvaluationJob(RuleOf(group), group, _updates, Memory);
                Execution.Dispatch<T, EvaluationJob>(ref job);
            }
            else
            {
                _updates.Skip(group);
            }
        }

        _ranges.Whole.Run(Execution, _updates.First, Memory, default);
    }

    private TRule RuleOf(int group) => group == 0 ? _rule : _groups[group - 1].Rule;

    /// <summary>Compiles the update of a group with what joins it.</summary>
    private struct UpdateJob : IKernelJob<T>
    {
        public TRule Rule;
        public StepInfo Info;
        public int Group;
        public CompiledUpdates Updates;
        public Streams* Memory;
        public StepModifiers* Modifiers;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<V>()
            where V : unmanaged, IKernelLanes<V, T>
        {
            UpdateCompiler<T, V> compiler = new(Updates, Group, Memory);
            if (Modifiers == null)
            {
                Rule.Step<V, UpdateCompiler<T, V>>(Info, compiler);
            }
            else
            {
                RunModified<V>(compiler);
            }
        }

        // Apart, so that the usual step does not carry its frame.
        [MethodImpl(MethodImplOptions.NoInlining)]
        private void RunModified<V>(UpdateCompiler<T, V> compiler)
            where V : unmanaged, IKernelLanes<V, T>
        {
            if (Modifiers->AverageShare == 0)
            {
                RunScaled<V, UpdateCompiler<T, V>>(compiler);
            }
            else
            {
                RunScaled<V, Averaged<V, UpdateCompiler<T, V>>>(new(compiler, Modifiers->AverageShare));
            }
        }

        private void RunScaled<V, TSweep>(TSweep sweep)
            where V : unmanaged, ILanes<V>
            where TSweep : struct, ISweep<V>
        {
            // Without a JIT all loops are compiled beforehand: one for both then, as an infinite limit changes no bit.
            if (RuntimeFeature.IsDynamicCodeSupported && double.IsPositiveInfinity(Modifiers->Limit))
            {
                Rule.Step<V, Modified<V, Scaling<V>, TSweep>>(Info, new(sweep, new(Modifiers->Scale)));
            }
            else
            {
                ScalingWithLimit<V> modifier = new(Modifiers->Scale, Modifiers->Limit);
                Rule.Step<V, Modified<V, ScalingWithLimit<V>, TSweep>>(Info, new(sweep, modifier));
            }
        }
    }

    private readonly struct EvaluationJob(TRule rule, int group, CompiledUpdates updates, Streams* memory) : IKernelJob<T>
    {
        public void Run<V>()
            where V : unmanaged, IKernelLanes<V, T> => rule.Evaluate<V, UpdateCompiler<T, V>>(new(updates, group, memory));
    }
}
