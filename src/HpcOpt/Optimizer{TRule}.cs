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
    private SegmentPlan<T>? _rows;
    private TRule _rule;

    internal Optimizer(nint length, TRule rule, Execution? execution, Storage? storage)
        : base(rule.Name, length, NamesOf(rule), StepCost.Of(rule), execution, storage)
    {
        _rule = rule;
        _progress = new StepProgress(rule.Scalars, groups: 1);

        // A layer-wise rule takes a vector without segments as one layer.
        SegmentGroups<T, TRule> whole = SegmentGroups<T, TRule>.OneSegment(length);
        _segments = IsLayerwise ? whole : null;
        Allocate(rule.State, whole.Scales);
        whole.Initialize(StoredState, rule, [], Execution);
    }

    internal Optimizer(ParameterLayout layout, TRule rule, ParameterGroup<TRule>[] groups, Execution? execution, Storage? storage)
        : base(rule.Name, layout.Length, NamesOf(rule), StepCost.Of(rule), execution, storage)
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

    /// <inheritdoc/>
    public override bool StepsSparsely => _rule.LazyDecay is not null && Groups.Count == 0 && Storage.State == StateFormat.Full;

    internal override IReadOnlyCollection<SegmentRun> ActiveRuns =>
        _segments?.ActiveRuns(Groups, areApart: IsLayerwise || HasBlocks) ?? base.ActiveRuns;

    private bool IsLayerwise => Cost is { IsLayerwise: true };

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private protected override void Sweep(StepTail* tail, Vectors<T>* vectors)
    {
        if (_segments is null)
        {
            // In place: each copy of the hyperparameters would wait for the stores of the one before.
            RuleStep step = new() { Rule = _rule, Info = _progress.Next(0), Tail = tail };
            SetRate(ref step.Rule);
            Execution.Sweep(ref step, vectors);
            return;
        }

        SegmentPlan<T> plan = _segments.Plan(Groups, IsLayerwise, HasBlocks);
        for (int group = 0; group <= Groups.Count; group++)
        {
            if (IsActive(group))
            {
                RuleStep step = new() { Rule = RuleOf(group), Info = _progress.Next(group), Tail = tail };
                SetRate(ref step.Rule);
                Execution.Collect(ref step, plan, group);
            }
        }

        plan.Run(Execution, vectors);
    }

    private protected override LazyDecay NextDecay()
    {
        if (Groups.Count > 0)
        {
            throw new NotSupportedException($"The optimizer has {Groups.Count} groups; sparse steps need one rule for all parameters: give each group an optimizer of its own.");
        }

        TRule rule = _rule;
        SetRate(ref rule);
        return rule.LazyDecay ?? throw new NotSupportedException(
            $"{Name} has no sparse step with these hyperparameters; sgd, adagrad, rmsprop, adam and adamw have, with a weight decay of 0 unless it is adamw's or that "
            + "of sgd without momentum. Use one of those, or a dense gradient (SparseGradient.CopyTo).");
    }

    private protected override void Sweep(RowPass<T>* rows)
    {
        // A plan without segments, for its place of the compiled update.
        _rows ??= new SegmentPlan<T>([], groups: 1, isLayerwise: false, unit: 1);
        RuleStep step = new() { Rule = _rule, Info = _progress.Next(0) };
        SetRate(ref step.Rule);
        Execution.Collect(ref step, _rows, 0);
        rows->Pass = _rows.PassOf(0);
        Execution.Run(&RowPass<T>.Run, rows, rows->Count, rows->Width * sizeof(T));
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

    private static IReadOnlyList<string> NamesOf(TRule rule) => [.. RuleLayout.Of(rule).Select(vector => vector.Name)];

    private bool IsActive(int group) => group == 0 || !Groups[group - 1].IsFrozen;

    private TRule RuleOf(int group) => group == 0 ? _rule : Groups[group - 1].Rule;

    private struct RuleStep : IStep
    {
        public TRule Rule;
        public StepInfo Info;
        public StepTail* Tail;

        public void Run<V, TSweep>(TSweep sweep)
            where V : unmanaged, ILanes<V>
            where TSweep : struct, ISweep<V>
        {
            if (Tail is null)
            {
                Rule.Step<V, TSweep>(Info, sweep);
            }
            else
            {
                RunWithTail<V, TSweep>(sweep);
            }
        }

        // Apart, so that the usual step does not carry its frame.
        [MethodImpl(MethodImplOptions.NoInlining)]
        private void RunWithTail<V, TSweep>(TSweep sweep)
            where V : unmanaged, ILanes<V>
            where TSweep : struct, ISweep<V>
        {
            if (Tail->Average == 0)
            {
                RunScaled<V, TSweep>(sweep);
            }
            else
            {
                RunScaled<V, Averaged<V, TSweep>>(new(sweep, Tail->AverageShare));
            }
        }

        private void RunScaled<V, TSweep>(TSweep sweep)
            where V : unmanaged, ILanes<V>
            where TSweep : struct, ISweep<V>
        {
            Scaled<V, TSweep> scaled = new(sweep, Tail->Scale);
            if (double.IsPositiveInfinity(Tail->Limit))
            {
                Rule.Step<V, Scaled<V, TSweep>>(Info, scaled);
            }
            else
            {
                Rule.Step<V, Limited<V, Scaled<V, TSweep>>>(Info, new(scaled, Tail->Limit));
            }
        }
    }

    private readonly struct EvaluationStep(TRule rule) : IStep
    {
        public void Run<V, TSweep>(TSweep sweep)
            where V : unmanaged, ILanes<V>
            where TSweep : struct, ISweep<V> => rule.Evaluate<V, TSweep>(sweep);
    }
}
