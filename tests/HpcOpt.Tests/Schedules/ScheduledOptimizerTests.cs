using HpcOpt.Tests.Laws;

namespace HpcOpt.Tests.Schedules;

public class ScheduledOptimizerTests
{
    [Theory, MemberData(nameof(RuleRows.All), MemberType = typeof(RuleRows))]
    internal void A_schedule_equals_setting_the_rate_before_each_step(RuleCase rule)
    {
        using Optimizer<double> scheduled = rule.Create<double>(5, Execution.Default), byHand = rule.Create<double>(5, Execution.Default);
        scheduled.Schedule = Schedule.Parse("warmup:steps=3+robbins-monro:tau=2,kappa=0.75");
        double rate = byHand.LearningRate;
        double[] a = [1, 2, 3, 4, 5], b = [.. a];
        for (int t = 1; t <= 9; t++)
        {
            byHand.LearningRate = rate * scheduled.Schedule.Factor(t);
            Assert.Equal(byHand.LearningRate, scheduled.EffectiveLearningRate);
            scheduled.Step(a, (double[])[.. a]);
            byHand.Step(b, (double[])[.. b]);
        }

        Assert.Equal(b, a);
        Assert.Equal(rate, scheduled.LearningRate);
    }

    [Fact]
    public void A_scheduled_step_allocates_nothing()
    {
        using Optimizer<float> optimizer = Optimizer<float>.Create(64, new Adam());
        optimizer.Schedule = string.Join('+', Schedule.Examples.Select(example => $"{example}@150")) is var text
            ? Schedule.Parse(text[..^4])
            : null;
        float[] parameters = new float[64], gradient = new float[64];
        for (int i = 0; i < 1000; i++)
            optimizer.Step(parameters, gradient);
        Assert.Equal(0, Allocation.Least(1000, () => optimizer.Step(parameters, gradient)));
    }
}
