using System.Numerics;
using HpcOpt.Tests.Laws;

namespace HpcOpt.Tests;

public class CoreCatalogueLaw() : CatalogueLaw(OptimizerCatalogue.Core, typeof(IOptimizerRule))
{
    private const int Length = 37;

    [Theory, MemberData(nameof(RuleRows.All), MemberType = typeof(RuleRows))]
    internal void By_name_and_by_type_give_the_same_bits(RuleCase rule)
    {
        OptimizerConfiguration configuration = Like(OptimizerCatalogue.Core, rule.Hyperparameters());
        ParameterLayout layout = ParameterLayout.Pack(("w", [4, 8]), ("b", [5]));
        Same(rule.Create<float>(Length, Execution.Default), configuration.CreateOptimizer<float>(Length));
        Same(rule.Create<double>(Length, TestData.Plain), configuration.CreateOptimizer<double>(Length, TestData.Plain));
        Same(rule.Create<double>(layout, [], TestData.Plain), configuration.CreateOptimizer<double>(layout, TestData.Plain));
        Storage storage = new() { State = StateFormat.Float8, Seed = 3 };
        Same(rule.Create<float>(Length, TestData.Plain, storage), configuration.CreateOptimizer<float>(Length, TestData.Plain, storage));
    }

    private static void Same<T>(Optimizer<T> byType, Optimizer<T> byName)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        using (byType)
        using (byName)
        {
            Assert.Equal((byType.Name, byType.Execution, byType.Storage.State), (byName.Name, byName.Execution, byName.Storage.State));
            Assert.Equal(Run(byType), Run(byName));
        }

        static byte[] Run(Optimizer<T> optimizer)
        {
            T[] parameters = TestData.Numbers<T>(Length, 1);
            for (int t = 0; t < 3; t++)
                optimizer.Step(parameters, TestData.Numbers<T>(Length, 10 + t));
            return TestData.Bits<T>(parameters, optimizer);
        }
    }
}
