using System.Numerics;

namespace HpcOpt.Tests;

/// <summary>Every optimizer with each set of options that takes another way through its code. Laws and benchmarks run over all.</summary>
internal static class RuleTable
{
    /// <summary>Name, hyperparameters, and the run in trajectories.json or trajectories-more.json; null without a reference.</summary>
    public static RuleCase[] All { get; } =
    [
        Case("sgd", new Sgd { LearningRate = 0.05 }, "SGD lr=0.05"),
        Case("sgd+decay", new Sgd { LearningRate = 0.05, WeightDecay = 0.01 }, "SGD lr=0.05 weight_decay=0.01"),
        Case("sgd+momentum", new Sgd { LearningRate = 0.05, Momentum = 0.9 }, "SGD lr=0.05 momentum=0.9"),
        Case("sgd+dampening", new Sgd { LearningRate = 0.05, Momentum = 0.9, Dampening = 0.5 }, "SGD lr=0.05 momentum=0.9 dampening=0.5"),
        Case("sgd+nesterov", new Sgd { LearningRate = 0.05, Momentum = 0.9, Nesterov = true }, "SGD lr=0.05 momentum=0.9 nesterov=True"),
        Case("sgd+maximize", new Sgd { LearningRate = 0.05, Momentum = 0.9, WeightDecay = 0.01, Maximize = true },
            "SGD lr=0.05 momentum=0.9 weight_decay=0.01 maximize=True"),
        Case("momentum", new Momentum { LearningRate = 0.05 }, "momentum_ema lr=0.05 delta=0.9"),
        Case("adagrad", new AdaGrad { LearningRate = 0.05 }, "Adagrad lr=0.05"),
        Case("adagrad+options", new AdaGrad { LearningRate = 0.05, LearningRateDecay = 0.02, WeightDecay = 0.01, InitialAccumulator = 0.1 },
            "Adagrad lr=0.05 lr_decay=0.02 weight_decay=0.01 initial_accumulator_value=0.1"),
        Case("adagrad+inside", new AdaGrad { LearningRate = 0.05, Epsilon = 1e-6, EpsilonInsideRoot = true },
            "adagrad_eps_inside lr=0.05 eps=1e-06"),
        Case("rmsprop", new RmsProp(), "RMSprop lr=0.01"),
        Case("rmsprop+momentum", new RmsProp { Decay = 0.9, Epsilon = 1e-6, Momentum = 0.8 },
            "RMSprop lr=0.01 alpha=0.9 eps=1e-06 momentum=0.8"),
        Case("rmsprop+centered+momentum", new RmsProp { Decay = 0.95, Centered = true, Momentum = 0.5, WeightDecay = 0.01 },
            "RMSprop lr=0.01 alpha=0.95 centered=True momentum=0.5 weight_decay=0.01"),
        Case("adam", new Adam { LearningRate = 0.01 }, "Adam lr=0.01"),
        Case("adam+decay", new Adam { LearningRate = 0.01, Beta1 = 0.8, Beta2 = 0.95, Epsilon = 1e-6, WeightDecay = 0.02 },
            "Adam lr=0.01 betas=[0.8, 0.95] eps=1e-06 weight_decay=0.02"),
        Case("adam+amsgrad", new Adam { LearningRate = 0.01, AmsGrad = true }, "Adam lr=0.01 amsgrad=True"),
        Case("adamw", new AdamW { LearningRate = 0.01, WeightDecay = 0.1 }, "AdamW lr=0.01 weight_decay=0.1"),
        Case("adamw+amsgrad+maximize", new AdamW { LearningRate = 0.01, WeightDecay = 0.1, AmsGrad = true, Maximize = true },
            "AdamW lr=0.01 weight_decay=0.1 amsgrad=True maximize=True"),
        Case("heavy-ball", new HeavyBall { LearningRate = 0.05, Momentum = 0.8 }, "heavy_ball lr=0.05 momentum=0.8"),
        Case("nesterov", new Nesterov { LearningRate = 0.05, Momentum = 0.8 }, "nesterov lr=0.05 momentum=0.8"),
        Case("adamax", new Adamax { LearningRate = 0.01 }, "Adamax lr=0.01"),
        Case("adamax+options", new Adamax { LearningRate = 0.01, Beta1 = 0.8, Beta2 = 0.95, Epsilon = 1e-6, WeightDecay = 0.02 },
            "Adamax lr=0.01 betas=[0.8, 0.95] eps=1e-06 weight_decay=0.02"),
        Case("nadam", new NAdam { LearningRate = 0.01 }, "NAdam lr=0.01 foreach=True"),
        Case("nadam+options",
            new NAdam { LearningRate = 0.01, Beta1 = 0.8, Beta2 = 0.95, Epsilon = 1e-6, WeightDecay = 0.02, MomentumDecay = 0.01 },
            "NAdam lr=0.01 betas=[0.8, 0.95] eps=1e-06 weight_decay=0.02 momentum_decay=0.01 foreach=True"),
        Case("nadam+repeat", new NAdam { LearningRate = 0.01, RepeatMomentum = true }, "NAdam lr=0.01"),
        Case("nadam+options+repeat",
            new NAdam
            {
                LearningRate = 0.01,
                Beta1 = 0.8,
                Beta2 = 0.95,
                Epsilon = 1e-6,
                WeightDecay = 0.02,
                MomentumDecay = 0.01,
                RepeatMomentum = true,
            },
            "NAdam lr=0.01 betas=[0.8, 0.95] eps=1e-06 weight_decay=0.02 momentum_decay=0.01"),
        Case("radam", new RAdam { LearningRate = 0.01 }, "RAdam lr=0.01"),
        Case("radam+rectified", new RAdam { LearningRate = 0.01, Beta1 = 0.8, Beta2 = 0.95, WeightDecay = 0.02 },
            "RAdam lr=0.01 betas=[0.8, 0.95] weight_decay=0.02"),
        Case("adadelta", new AdaDelta { LearningRate = 0.5 }, "Adadelta lr=0.5"),
        Case("adadelta+options", new AdaDelta { LearningRate = 0.5, Decay = 0.8, Epsilon = 1e-5, WeightDecay = 0.02 },
            "Adadelta lr=0.5 rho=0.8 eps=1e-05 weight_decay=0.02"),
        Case("amsgrad", new AmsGrad { LearningRate = 0.01 }, "Adam lr=0.01 amsgrad=True"),
        Case("lion", new Lion { LearningRate = 0.003, Beta1 = 0.95, Beta2 = 0.98 }, "lion lr=0.003 beta1=0.95 beta2=0.98 weight_decay=0"),
        Case("lion+decay", new Lion { LearningRate = 0.003, WeightDecay = 0.1 }, "lion lr=0.003 beta1=0.9 beta2=0.99 weight_decay=0.1"),
        Case("lamb", new Lamb { LearningRate = 0.01 }, "lamb lr=0.01 beta1=0.9 beta2=0.999 eps=1e-06 weight_decay=0"),
        Case("lamb+decay", new Lamb { LearningRate = 0.01, WeightDecay = 0.01 },
            "lamb lr=0.01 beta1=0.9 beta2=0.999 eps=1e-06 weight_decay=0.01"),
        Case("lamb+options", new Lamb { LearningRate = 0.01, Beta1 = 0.8, Beta2 = 0.95, WeightDecay = 0.05 },
            "lamb lr=0.01 beta1=0.8 beta2=0.95 eps=1e-06 weight_decay=0.05"),
        Case("lars", new Lars { LearningRate = 0.1 }, "lars lr=0.1 momentum=0.9 trust=0.001 weight_decay=0"),
        Case("lars+decay", new Lars { LearningRate = 0.1, WeightDecay = 0.01 }, "lars lr=0.1 momentum=0.9 trust=0.001 weight_decay=0.01"),
        Case("lars+options", new Lars { LearningRate = 0.1, Momentum = 0.8, Trust = 0.02, WeightDecay = 0.05 },
            "lars lr=0.1 momentum=0.8 trust=0.02 weight_decay=0.05"),
        Case("adan", new Adan { LearningRate = 0.01 }, "Adan lr=0.01 betas=[0.98, 0.92, 0.99] eps=1e-08 weight_decay=0"),
        Case("adan+decay", new Adan { LearningRate = 0.01, WeightDecay = 0.02 },
            "Adan lr=0.01 betas=[0.98, 0.92, 0.99] eps=1e-08 weight_decay=0.02"),
        Case("adabelief", new AdaBelief { LearningRate = 0.01 }, "AdaBelief lr=0.01 betas=[0.9, 0.999] eps=1e-16 weight_decay=0"),
        Case("adabelief+decay", new AdaBelief { LearningRate = 0.01, Epsilon = 1e-8, WeightDecay = 0.1 },
            "AdaBelief lr=0.01 betas=[0.9, 0.999] eps=1e-08 weight_decay=0.1"),
        Case("schedule-free-adamw", new ScheduleFreeAdamW { LearningRate = 0.01 },
            "AdamWScheduleFree lr=0.01 betas=[0.9, 0.999] eps=1e-08 weight_decay=0 warmup_steps=0"),
        Case("schedule-free-adamw+decay", new ScheduleFreeAdamW { LearningRate = 0.01, WeightDecay = 0.1 },
            "AdamWScheduleFree lr=0.01 betas=[0.9, 0.999] eps=1e-08 weight_decay=0.1 warmup_steps=0"),
        Case("schedule-free-adamw+warmup", new ScheduleFreeAdamW { LearningRate = 0.01, WeightDecay = 0.1 },
            "AdamWScheduleFree lr=0.01 betas=[0.9, 0.999] eps=1e-08 weight_decay=0.1 warmup_steps=10"),
        Case("rprop", new Rprop { LearningRate = 0.01 }, "Rprop lr=0.01"),
        Case("rprop+options", new Rprop { LearningRate = 0.01, Shrink = 0.6, Grow = 1.3, SmallestStep = 0.001, LargestStep = 0.02 },
            "Rprop lr=0.01 etas=[0.6, 1.3] step_sizes=[0.001, 0.02]"),
        Case("asgd", new AveragedSgd { LearningRate = 0.05 }, "ASGD lr=0.05"),
        Case("asgd+options", new AveragedSgd { LearningRate = 0.05, Decay = 0.01, Power = 0.8, AverageFrom = 10 },
            "ASGD lr=0.05 lambd=0.01 alpha=0.8 t0=10"),
    ];

    private static RuleCase<TRule> Case<TRule>(string name, TRule rule, string? reference)
        where TRule : struct, IOptimizerRule => new(name, rule, reference);
}

/// <summary>A line of the table, whatever its rule.</summary>
internal abstract record RuleCase(string Name, string? Reference)
{
    public abstract Type RuleType { get; }

    public abstract IHyperparameters Hyperparameters();

    /// <summary>Whether an update depends on norms of its segment.</summary>
    public bool IsLayerwise
    {
        get
        {
            using Optimizer<float> empty = Create<float>(0, Execution.Default);
            return empty.Cost!.Value.IsLayerwise;
        }
    }

    public abstract Optimizer<T> Create<T>(nint length, Execution execution, Storage? storage = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;

    /// <summary>An optimizer of segments; those named are a group with half the learning rate, and a group that is frozen.</summary>
    public abstract Optimizer<T> Create<T>(
        ParameterLayout layout,
        IReadOnlyList<string> slowSegments,
        Execution execution,
        Storage? storage = null,
        IReadOnlyList<string>? frozenSegments = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;
}

internal sealed record RuleCase<TRule>(string Name, TRule Rule, string? Reference) : RuleCase(Name, Reference)
    where TRule : struct, IOptimizerRule
{
    public override Type RuleType => typeof(TRule);

    public override IHyperparameters Hyperparameters() => Rule;

    public override Optimizer<T> Create<T>(nint length, Execution execution, Storage? storage = null) =>
        Optimizer<T>.Create(length, Rule, execution, storage);

    public override Optimizer<T> Create<T>(
        ParameterLayout layout,
        IReadOnlyList<string> slowSegments,
        Execution execution,
        Storage? storage = null,
        IReadOnlyList<string>? frozenSegments = null)
    {
        TRule slow = Rule;
        slow.LearningRate /= 2;
        List<ParameterGroup<TRule>> groups = slowSegments.Count == 0 ? [] : [new("slow", slow, slowSegments)];
        if (frozenSegments is not null)
            groups.Add(new("frozen", Rule, frozenSegments) { IsFrozen = true });
        return Optimizer<T>.Create(layout, Rule, groups, execution, storage);
    }
}
