namespace HpcOpt.Blas.Tests;

public class MatrixCatalogueLaw() : CatalogueLaw(MatrixOptimizers.Catalogue, typeof(IMatrixRule))
{
    [Theory, MemberData(nameof(MatrixRuleTable.ByName), MemberType = typeof(MatrixRuleTable))]
    internal void By_name_and_by_type_give_the_same_bits(MatrixRuleCase rule)
    {
        OptimizerConfiguration configuration = Like(MatrixOptimizers.Catalogue, rule.Rule);
        using Optimizer<double> byType = rule.Create<double>(MatrixTrajectories.Layout, new LinearAlgebra(provider: null, TestData.Plain));
        using Optimizer<double> byName = configuration.CreateOptimizer<double>(MatrixTrajectories.Layout, TestData.Plain);
        double[] x = [.. MatrixTrajectories.Start], y = [.. MatrixTrajectories.Start];
        for (int t = 0; t < 3; t++)
        {
            byType.Step(x, MatrixTrajectories.Gradients[t]);
            byName.Step(y, MatrixTrajectories.Gradients[t]);
        }

        Assert.NotEqual(MatrixTrajectories.Start, x);
        Assert.Equal(TestData.Bits<double>(x, byType), TestData.Bits<double>(y, byName));
    }

    [Fact]
    public void The_state_is_named_for_a_matrix_and_a_vector() =>
        Assert.Equal(["matrix.momentum", "vector.m", "vector.v"], MatrixOptimizers.Catalogue["muon"].State.Select(vector => vector.Name));

    [Fact]
    public void With_the_core_it_has_both_and_a_vector_without_layout_is_one_segment()
    {
        string[] names = [.. OptimizerCatalogue.Core.Names, "adagrad-full", "muon", "shampoo"];
        Assert.Equal(names.Order(StringComparer.Ordinal), MatrixOptimizers.WithCore.Names);
        using Optimizer<float> shampoo = MatrixOptimizers.WithCore["shampoo"].Create().CreateOptimizer<float>(3);
        Assert.Equal(["theta.left", "theta.leftRoot"], shampoo.State.Select(state => state.Name));
    }

    [Fact]
    public void State_of_low_precision_is_refused()
    {
        OptimizerConfiguration muon = MatrixOptimizers.Catalogue["muon"].Create();
        Storage storage = new() { State = StateFormat.BFloat16 };
        Assert.StartsWith(
            "muon keeps its state in the precision of the parameters; expected a storage whose State is Full, not BFloat16.",
            Assert.Throws<ArgumentException>(() => muon.CreateOptimizer<float>(3, storage: storage)).Message,
            StringComparison.Ordinal);
    }
}
