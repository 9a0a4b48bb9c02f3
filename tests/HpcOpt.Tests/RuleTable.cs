using System.Numerics;
using HpcOpt.Engine;
using HpcOpt.Lanes;

namespace HpcOpt.Tests;

/// <summary>Every optimizer, with each set of options that takes another way through its code. The laws and the benchmarks run over all of them.</summary>
internal static class RuleTable
{
    /// <summary>One line an optimizer: name, hyperparameters, and its run in trajectories.json, or null where nobody else has computed one.</summary>
    public static RuleCase[] All { get; } =
    [
        Case("sgd", new Sgd { LearningRate = 0.05 }, "SGD lr=0.05"),
        Case("sgd+decay", new Sgd { LearningRate = 0.05, WeightDecay = 0.01 }, "SGD lr=0.05 weight_decay=0.01"),
        Case("sgd+momentum", new Sgd { LearningRate = 0.05, Momentum = 0.9 }, "SGD lr=0.05 momentum=0.9"),
        Case("sgd+dampening", new Sgd { LearningRate = 0.05, Momentum = 0.9, Dampening = 0.5 }, "SGD lr=0.05 momentum=0.9 dampening=0.5"),
        Case("sgd+nesterov", new Sgd { LearningRate = 0.05, Momentum = 0.9, Nesterov = true }, "SGD lr=0.05 momentum=0.9 nesterov=True"),
        Case("sgd+maximize", new Sgd { LearningRate = 0.05, Momentum = 0.9, WeightDecay = 0.01, Maximize = true }, "SGD lr=0.05 momentum=0.9 weight_decay=0.01 maximize=True"),
        Case("momentum", new Momentum { LearningRate = 0.05 }, "momentum_ema lr=0.05 delta=0.9"),
        Case("adagrad", new AdaGrad { LearningRate = 0.05 }, "Adagrad lr=0.05"),
        Case("adagrad+options", new AdaGrad { LearningRate = 0.05, LearningRateDecay = 0.02, WeightDecay = 0.01, InitialAccumulator = 0.1 }, "Adagrad lr=0.05 lr_decay=0.02 weight_decay=0.01 initial_accumulator_value=0.1"),
        Case("adagrad+inside", new AdaGrad { LearningRate = 0.05, Epsilon = 1e-6, EpsilonInsideRoot = true }, "adagrad_eps_inside lr=0.05 eps=1e-06"),
        Case("rmsprop", new RmsProp(), "RMSprop lr=0.01"),
        Case("rmsprop+momentum", new RmsProp { Decay = 0.9, Epsilon = 1e-6, Momentum = 0.8 }, "RMSprop lr=0.01 alpha=0.9 eps=1e-06 momentum=0.8"),
        Case("rmsprop+centered+momentum", new RmsProp { Decay = 0.95, Centered = true, Momentum = 0.5, WeightDecay = 0.01 }, "RMSprop lr=0.01 alpha=0.95 centered=True momentum=0.5 weight_decay=0.01"),
        Case("adam", new Adam { LearningRate = 0.01 }, "Adam lr=0.01"),
        Case("adam+decay", new Adam { LearningRate = 0.01, Beta1 = 0.8, Beta2 = 0.95, Epsilon = 1e-6, WeightDecay = 0.02 }, "Adam lr=0.01 betas=[0.8, 0.95] eps=1e-06 weight_decay=0.02"),
        Case("adam+amsgrad", new Adam { LearningRate = 0.01, AmsGrad = true }, "Adam lr=0.01 amsgrad=True"),
        Case("adamw", new AdamW { LearningRate = 0.01, WeightDecay = 0.1 }, "AdamW lr=0.01 weight_decay=0.1"),
        Case("adamw+amsgrad+maximize", new AdamW { LearningRate = 0.01, WeightDecay = 0.1, AmsGrad = true, Maximize = true }, "AdamW lr=0.01 weight_decay=0.1 amsgrad=True maximize=True"),
    ];

    private static RuleCase<TRule> Case<TRule>(string name, TRule rule, string? reference)
        where TRule : struct, IOptimizerRule => new(name, rule, reference);
}

/// <summary>A line of the table, whatever its rule.</summary>
internal abstract record RuleCase(string Name, string? Reference)
{
    public abstract Optimizer<T> Create<T>(nint length, Execution execution)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;

    /// <summary>Step t on memory that the caller provides, state included.</summary>
    public abstract unsafe void Sweep<T>(Execution execution, long t, Vectors<T>* memory)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;
}

internal sealed record RuleCase<TRule>(string Name, TRule Rule, string? Reference) : RuleCase(Name, Reference)
    where TRule : struct, IOptimizerRule
{
    public override Optimizer<T> Create<T>(nint length, Execution execution) => Optimizer<T>.Create(length, Rule, execution);

    public override unsafe void Sweep<T>(Execution execution, long t, Vectors<T>* memory) => execution.Sweep(new Step(Rule, t), memory);

    private readonly struct Step(TRule rule, long t) : IStep
    {
        public void Run<V, TSweep>(TSweep sweep)
            where V : unmanaged, ILanes<V>
            where TSweep : struct, ISweep<V> => rule.Step<V, TSweep>(t, sweep);
    }
}
