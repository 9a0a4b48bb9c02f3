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
        string shown = Read("tests/HpcOpt.Training.Tests/Examples/TrainingExample.cs").Split("// README begins\n")[1].Split("        // README ends")[0];
        Assert.Contains(shown.Replace("\n        ", "\n", StringComparison.Ordinal).TrimStart(), Read("README.md"), StringComparison.Ordinal);
    }

    private static string Read(string file) => File.ReadAllText(Path.Combine(Repository.Root, file)).ReplaceLineEndings("\n");
}
