using HpcOpt.Tests;

namespace HpcOpt.Training.Tests.Examples;

/// <summary>The code in the README is code that compiles and runs.</summary>
public sealed class DocumentationTests
{
    [Fact]
    public void The_model_of_the_README_finds_the_median_and_is_the_one_shown()
    {
        double[] y = [.. Enumerable.Range(0, 501).Select(i => i * i / 1000.0)], theta = [0];
        TrainingResult result = TrainingExample.Run(y, theta);
        Assert.Equal(62.5, theta[0], 1.5);
        Assert.Equal(StopReason.ParameterTolerance, result.Stop);
        IsShown("TrainingExample");
    }

    [Fact]
    public void The_network_of_the_README_learns_and_is_the_one_shown()
    {
        TrainingResult result = NetworkExample.Run(TestData.Random<float>(48, 8, classes: 3));
        Assert.True(result.History[^1].Loss < 0.7 * result.History[0].Loss, $"{string.Join(", ", result.EpochLosses)}");
        IsShown("NetworkExample");
    }

    [Fact]
    public void The_sparse_example_of_the_README_learns_and_is_the_one_shown()
    {
        string file = Path.GetTempFileName();
        try
        {
            File.WriteAllLines(file, Enumerable.Range(0, 200).Select(i => $"{i % 3} {1 + (i % 3)}:1 {5 + (i % 7)}:0.5"));
            Assert.Equal(1, SparseExample.Run(file, file));
        }
        finally
        {
            File.Delete(file);
        }

        IsShown("SparseExample");
    }

    private static void IsShown(string example)
    {
        string shown = Read($"tests/HpcOpt.Training.Tests/Examples/{example}.cs").Split("// README begins\n")[1].Split("        // README ends")[0];
        Assert.Contains(shown.Replace("\n        ", "\n", StringComparison.Ordinal).TrimStart(), Read("README.md"), StringComparison.Ordinal);
    }

    private static string Read(string file) => File.ReadAllText(Path.Combine(Repository.Root, file)).ReplaceLineEndings("\n");
}
