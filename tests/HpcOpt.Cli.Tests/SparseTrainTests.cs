using System.Text.Json.Nodes;

namespace HpcOpt.Cli.Tests;

/// <summary><c>hpcopt train</c> on svmlight files.</summary>
public class SparseTrainTests
{
    private static readonly string Train = Tool.Data("debian-sections-part.train.svm.gz");
    private static readonly string Test = Tool.Data("debian-sections-part.test.svm.gz");

    [Theory, InlineData("adagrad"), InlineData("adamw"), InlineData("sgd"), InlineData("rmsprop")]
    public void Sections_are_learned_with_default_settings(string optimizer)
    {
        JsonNode report =
            Tool.Json(["train", "--data", Train, "--test-data", Test, "--model", "softmax", "--optimizer", optimizer, "--epochs", "10"]);
        Assert.Equal("softmax", (string?)report["model"]);
        Assert.Equal(10, report["loss"]!.AsArray().Count);
        Assert.Equal(10, (int)report["epochs"]!);
        Assert.True((double)report["testAccuracy"]! > 0.75, report.ToJsonString());
        Assert.Null(report["coefficients"]);
    }

    [Fact]
    public void Threads_and_paths_change_no_bit()
    {
        string[] arguments = ["train", "--data", Train, "--epochs", "2", "--optimizer", "adamw", "--batch", "32"];
        string[] hashes = [.. new[] { ("1", "scalar"), ("2", "portable"), ("1", "portable") }.Select(
            pair => (string)Tool.Json([.. arguments, "--threads", pair.Item1, "--path", pair.Item2])["parametersSha256"]!)];
        Assert.Single(hashes.Distinct());
    }

    [Fact]
    public void Samplers_patience_fractions_and_a_page_work_as_with_dense_rows()
    {
        using TemporaryFolder folder = new();
        (int exitCode, string output, string error) = Tool.Run(
            "train", "--data", Train, "--epochs", "3", "--sampler", "stratified", "--patience", "2", "--report", folder["page.html"]);
        Assert.True(exitCode == 0, error);
        Assert.All((string[])["346 rows to train", "38 to validate", "96 to test", " features"],
            part => Assert.Contains(part, output, StringComparison.Ordinal));
        Assert.Contains("sparse", File.ReadAllText(folder["page.html"]), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--target is of columns, which the svmlight file", "--target", "last")]
    [InlineData("--features is of columns", "--features", "a")]
    [InlineData("--sampler clusters:firm is of columns", "--sampler", "clusters:firm")]
    [InlineData("--model is linear; for the svmlight file", "--model", "linear")]
    [InlineData("are of different formats; svmlight files end in .svm, .svmlight or .libsvm", "--test-data", "x.csv")]
    [InlineData("--test-fraction and --test-data both give the test rows", "--test-data", "x.svm", "--test-fraction", "0.1")]
    public void Options_that_do_not_apply_are_refused(string message, params string[] options)
    {
        (int exitCode, _, string error) = Tool.Run(["train", "--data", Train, .. options]);
        Assert.Equal(2, exitCode);
        Assert.Contains(message, error, StringComparison.Ordinal);
    }

    [Fact]
    public void What_a_file_lacks_is_said()
    {
        using TemporaryFolder folder = new();
        (int exitCode, _, string error) = Tool.Run("train", "--data", folder.Write("zero.svm", "1 0:1\n2 1:1\n"));
        Assert.Equal(3, exitCode);
        Assert.Contains("zero.svm, line 1, column 3: the index is 0, but indices count from 1", error, StringComparison.Ordinal);
        Assert.Equal(0, Tool.Run("train", "--data", folder["zero.svm"], "--first-index", "0", "--epochs", "1").ExitCode);
        (exitCode, _, error) = Tool.Run("train", "--data", folder.Write("one.svm", "1 1:1\n1 2:1\n"));
        Assert.Equal(3, exitCode);
        Assert.Contains("every row has the label 1; expected at least 2 classes", error, StringComparison.Ordinal);
        (exitCode, _, error) = Tool.Run("lr-find", "--data", Train, "--model", "softmax");
        Assert.Equal(2, exitCode);
        Assert.Contains("lr-find works on dense rows", error, StringComparison.Ordinal);
    }
}
