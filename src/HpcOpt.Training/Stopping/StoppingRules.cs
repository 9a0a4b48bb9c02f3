namespace HpcOpt.Training;

/// <summary>The rules of a run, in the order in which they name the reason; every one is asked at every moment.</summary>
/// <param name="rules">The rules.</param>
/// <param name="model">What else is to forget a batch at which one of the caller's rules fails; null without.</param>
internal sealed class StoppingRules(IReadOnlyList<IStoppingRule> rules, IStateful? model)
{
    private readonly IStateful[] _stateful = [.. rules.OfType<IStateful>()];
    private readonly List<StateSnapshot> _remembered = [];
    private StateSnapshot? _model;

    public int Count => rules.Count;

    public IStoppingRule this[int index] => rules[index];

    /// <summary>The first rule with that need; null without one.</summary>
    public IStoppingRule? Needing(StoppingNeeds need) => rules.FirstOrDefault(rule => rule.Needs.HasFlag(need));

    /// <summary>The first rule that is met; -1 without one.</summary>
    public int BeforeStep(TrainingView run) => FirstMet(run, static (rule, run) => rule.StopsBeforeStep(run));

    /// <inheritdoc cref="BeforeStep"/>
    public int AfterStep(TrainingView run) => FirstMet(run, static (rule, run) => rule.StopsAfterStep(run));

    /// <inheritdoc cref="BeforeStep"/>
    public int AfterEpoch(TrainingView run) => FirstMet(run, static (rule, run) => rule.StopsAfterEpoch(run));

    /// <summary>Keeps what the rules carry, for <see cref="Restore"/>.</summary>
    public void Remember()
    {
        _remembered.Clear();
        foreach (IStateful rule in _stateful)
        {
            _remembered.Add(StateSnapshot.Of(rule).Copy());
        }

        _model = model is null ? null : StateSnapshot.Of(model).Copy();
    }

    /// <summary>After an error: the rules that were asked before it forget that.</summary>
    public void Restore()
    {
        _model?.Restore(model!);
        for (int i = 0; i < _stateful.Length; i++)
        {
            _remembered[i].Restore(_stateful[i]);
        }
    }

    public void VisitState(StateVisitor visitor)
    {
        for (int i = 0; i < _stateful.Length; i++)
        {
            visitor.Within($"rule{i + 1}", _stateful[i]);
        }
    }

    // All are asked, since they may count.
    private int FirstMet(TrainingView run, Func<IStoppingRule, TrainingView, bool> isMet)
    {
        int met = -1;
        for (int i = rules.Count - 1; i >= 0; i--)
        {
            met = isMet(rules[i], run) ? i : met;
        }

        return met;
    }
}
