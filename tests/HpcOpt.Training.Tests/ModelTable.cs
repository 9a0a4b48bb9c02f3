using System.Numerics;

namespace HpcOpt.Training.Tests;

/// <summary>One line per model: every law of <see cref="ModelLaws"/> runs over it, in float and in double.</summary>
internal static class ModelTable
{
    public const int Rows = 23;

    public static TheoryData<string> Names => ["linear", "linear, 37 features", "logistic", "logistic, 37 features", "softmax", "softmax, 20 classes"];

    public static RowModel<T> Create<T>(string name)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => name switch
        {
            "linear" => new LinearRegression<T>(TestData.Random<T>(Rows, 3, classes: 0)),
            "linear, 37 features" => new LinearRegression<T>(TestData.Random<T>(Rows, 37, classes: 0)),
            "logistic" => new LogisticRegression<T>(TestData.Random<T>(Rows, 3, classes: 2)),
            "logistic, 37 features" => new LogisticRegression<T>(TestData.Random<T>(Rows, 37, classes: 2)),
            "softmax" => new SoftmaxRegression<T>(TestData.Random<T>(Rows, 3, classes: 4)),
            "softmax, 20 classes" => new SoftmaxRegression<T>(TestData.Random<T>(Rows, 5, classes: 20)),
            _ => throw new ArgumentOutOfRangeException(nameof(name), name, message: null),
        };
}
