using System.Numerics;

namespace HpcOpt.Blas.Tests;

/// <summary>Every optimizer that works on matrices, with the options that take another way through its code, for all laws.</summary>
internal static class MatrixRuleTable
{
    /// <summary>One line an optimizer: name, hyperparameters, and its run in matrix-trajectories.json.</summary>
    public static MatrixRuleCase[] All { get; } =
    [
        new("muon", new Muon(), "Muon {}"),
        new(
            "muon+options",
            new Muon
            {
                Nesterov = false,
                WeightDecay = 0.1,
                Momentum = 0.8,
                Iterations = 3,
                AdamWeightDecay = 0.2,
                AdamBeta1 = 0.8,
                AdamBeta2 = 0.99,
                AdamEpsilon = 1e-6,
            },
            """Muon {"nesterov":false,"weight_decay":0.1,"momentum":0.8,"iterations":3"""
            + ""","adam_weight_decay":0.2,"betas":[0.8,0.99],"adam_eps":1e-06}"""),
        new("muon+match-rms", new Muon { LearningRate = 0.01, MatchRms = true, AdamRateFactor = 1, AdamSegments = ["square"] },
            """Muon {"lr":0.01,"match_rms":true,"adam_factor":1.0,"adam":["square"]}"""),
        new("muon+epsilon", new Muon { Epsilon = 3 }, """Muon {"eps":3.0}"""),
        new("shampoo", new Shampoo { RootInterval = 1 }, """Shampoo {"interval":1}"""),
        new(
            "shampoo+momentum",
            new Shampoo { RootInterval = 3, Momentum = 0.9, WeightDecay = 0.1, Epsilon = 0.01, LearningRate = 0.02 },
            """Shampoo {"interval":3,"momentum":0.9,"weight_decay":0.1,"eps":0.01,"lr":0.02}"""),
        new("shampoo+diagonal", new Shampoo { MaxDimension = 4, LearningRate = 0.05 }, """Shampoo {"most":4,"lr":0.05}"""),
        new("adagrad-full", new FullMatrixAdaGrad { LearningRate = 0.05, Epsilon = 1e-6 }, """FullMatrixAdaGrad {"lr":0.05,"eps":1e-06}"""),
    ];

    /// <summary>The table for theories.</summary>
    public static IEnumerable<TheoryDataRow<MatrixRuleCase>> Rows() =>
        All.Select(rule => new TheoryDataRow<MatrixRuleCase>(rule) { TestDisplayName = rule.Name });

    /// <summary>The lines whose segments know nothing of each other.</summary>
    public static IEnumerable<TheoryDataRow<MatrixRuleCase>> BySegment() => Rows().Where(row => row.Data.Rule is not FullMatrixAdaGrad);

    /// <summary>The lines that names and numbers can set: the segments that take AdamW are no number.</summary>
    public static IEnumerable<TheoryDataRow<MatrixRuleCase>> ByName() =>
        Rows().Where(row => row.Data.Rule is not Muon { AdamSegments.Count: > 0 });
}

/// <summary>A line of the table.</summary>
internal sealed record MatrixRuleCase(string Name, IMatrixRule Rule, string Reference)
{
    public Optimizer<T> Create<T>(ParameterLayout layout, LinearAlgebra? algebra = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Rule.CreateOptimizer<T>(layout, algebra);
}
