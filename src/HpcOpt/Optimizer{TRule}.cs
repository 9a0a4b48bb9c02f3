using System.Numerics;
using System.Runtime.CompilerServices;
using HpcOpt.Engine;
using HpcOpt.Lanes;

namespace HpcOpt;

/// <summary>An optimizer whose rule is known to the compiler: <see cref="Optimizer{T}.Create{TRule}(nint, TRule, Execution?, Storage?)"/> makes it.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
/// <typeparam name="TRule">The rule.</typeparam>
public sealed unsafe class Optimizer<T, TRule> : Optimizer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TRule : struct, IOptimizerRule
{
    private readonly SegmentGroups<T, TRule>? _segments;
    private readonly StepProgress _progress;
    private TRule _rule;

    internal Optimizer(nint length, TRule rule, Execution? execution, Storage? storage)
        : base(rule.Name, length, CostOf(rule), execution, storage)
    {
        _rule = rule;
        _progress = new StepProgress(rule.Scalars, groups: 1);

        // A layer-wise rule takes a vector without segments as one layer.
        SegmentGroups<T, TRule> whole = SegmentGroups<T, TRule>.OneSegment(length);
        _segments = Cost.IsLayerwise ? whole : null;
        Allocate(rule.State, whole.Scales);
        whole.Initialize(StoredState, rule, [], Execution);
    }

    internal Optimizer(ParameterLayout layout, TRule rule, ParameterGroup<TRule>[] groups, Execution? execution, Storage? storage)
        : base(rule.Name, layout.Length, CostOf(rule), execution, storage)
    {
        _rule = rule;
        _segments = new SegmentGroups<T, TRule>(layout, rule, groups);
        _progress = new StepProgress(rule.Scalars, groups.Length + 1);
        Layout = layout;
        Groups = groups;
        Allocate(rule.State, _segments.Scales);
        _segments.Initialize(StoredState, rule, groups, Execution);
    }

    /// <summary>The segments, if the optimizer was made for a layout.</summary>
    public ParameterLayout? Layout { get; }

    /// <summary>The groups with hyperparameters of their own.</summary>
    public IReadOnlyList<ParameterGroup<TRule>> Groups { get; } = [];

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

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private protected override void Sweep(double scale, Vectors<T>* vectors)
    {
        if (_segments is null)
        {
            // In place: each copy of the hyperparameters would wait for the stores of the one before.
            RuleStep step = new() { Rule = _rule, Info = _progress.Next(0), Scale = scale };
            SetRate(ref step.Rule);
            Execution.Sweep(ref step, vectors);
            return;
        }

        SegmentPlan<T> plan = _segments.Plan(Groups, Cost.IsLayerwise, HasBlocks);
        for (int group = 0; group <= Groups.Count; group++)
        {
            if (IsActive(group))
            {
                RuleStep step = new() { Rule = RuleOf(group), Info = _progress.Next(group), Scale = scale };
                SetRate(ref step.Rule);
                Execution.Collect(ref step, plan, group);
            }
        }

        plan.Run(Execution, vectors);
    }

    private protected override void Evaluate(Vectors<T>* vectors)
    {
        if (_segments is null)
        {
            if (_progress.HasBegun(0))
            {
                EvaluationStep step = new(_rule);
                Execution.Sweep(ref step, vectors);
            }

            return;
        }

        SegmentPlan<T> plan = _segments.WholePlan(HasBlocks);
        for (int group = 0; group <= Groups.Count; group++)
        {
            if (_progress.HasBegun(group))
            {
                EvaluationStep step = new(RuleOf(group));
                Execution.Collect(ref step, plan, group);
            }
            else
            {
                plan.Skip(group);
            }
        }

        plan.Run(Execution, vectors);
    }

    /// <summary>The learning rate of the next step, as the schedule wants it.</summary>
    private void SetRate(ref TRule rule)
    {
        if (Schedule is { } schedule)
        {
            rule.LearningRate *= schedule.Factor(StepCount + 1);
        }
    }

    private static StepCost CostOf(TRule rule)
    {
        RuleLayout.Of(rule);
        return StepCost.Of(rule);
    }

    private bool IsActive(int group) => group == 0 || !Groups[group - 1].IsFrozen;

    private TRule RuleOf(int group) => group == 0 ? _rule : Groups[group - 1].Rule;

    private struct RuleStep : IStep
    {
        public TRule Rule;
        public StepInfo Info;
        public double Scale;

        public void Run<V, TSweep>(TSweep sweep)
            where V : unmanaged, ILanes<V>
            where TSweep : struct, ISweep<V>
        {
            if (Scale == 1)
            {
                Rule.Step<V, TSweep>(Info, sweep);
            }
            else
            {
                RunScaled<V, TSweep>(sweep);
            }
        }

        // Apart, so that the usual step does not carry its frame.
        [MethodImpl(MethodImplOptions.NoInlining)]
        private void RunScaled<V, TSweep>(TSweep sweep)
            where V : unmanaged, ILanes<V>
            where TSweep : struct, ISweep<V> => Rule.Step<V, Scaled<V, TSweep>>(Info, new(sweep, Scale));
    }

    private readonly struct EvaluationStep(TRule rule) : IStep
    {
        public void Run<V, TSweep>(TSweep sweep)
            where V : unmanaged, ILanes<V>
            where TSweep : struct, ISweep<V> => rule.Evaluate<V, TSweep>(sweep);
    }
}
