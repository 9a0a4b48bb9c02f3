using System.Text.Json.Nodes;
using System.Xml.Linq;

namespace HpcOpt.Cli.Tests;

public class LrFindTests
{
    private static readonly string[] Grunfeld =
        ["lr-find", "--data", Tool.Data("grunfeld.csv"), "--target", "invest", "--features", "value,capital", "--model", "linear"];

    [Fact]
    public void Training_at_the_suggested_rate_works()
    {
        JsonNode report = Tool.Json(["lr-find", "--optimizer", "sgd"]);
        double suggested = (double)report["suggestedRate"]!;
        Assert.InRange(suggested, 0.01, (double)report["highestRate"]!);
        Assert.InRange(
            (double)Tool.Json(["train", "--optimizer", "sgd", "--epochs", "5", "--lr", $"{suggested}"])["testAccuracy"]!, 0.93, 1);
        Assert.Equal(report["rates"]!.AsArray().Count, report["smoothedLosses"]!.AsArray().Count);
        Assert.Equal(1e-6, (double)report["rates"]![0]!);
    }

    [Fact]
    public void The_limits_are_those_of_the_curvature()
    {
        JsonNode report = Tool.Json([.. Grunfeld, "--optimizer", "sgd", "--batch", "full"]);
        double curvature = (double)report["curvature"]!, limit = (double)report["gradientDescentLimit"]!;

        // Two standardised columns of correlation r have the curvatures 1 ± r; the intercept has 1.
        Assert.InRange(curvature, 1, 2);
        Assert.Equal(2 / curvature, limit, 1e-12);
        Assert.Equal(19 * limit, (double)report["momentumLimit"]!, 1e-9);
        Assert.True(Loss(0.99 * limit) < Loss(0) / 2);
        Assert.True(double.IsNaN(Loss(1.5 * limit)) || Loss(1.5 * limit) > 1000 * Loss(0));

        static double Loss(double rate)
        {
            JsonNode trained =
                Tool.Json(["train", .. Grunfeld[1..], "--optimizer", "sgd", "--batch", "full", "--lr", $"{rate}", "--max-steps", "50"]);
            return (double)trained["trainLoss"]!;
        }
    }

    [Fact]
    public void The_text_shows_the_curve_and_says_what_follows()
    {
        using TemporaryFolder folder = new();
        (int exitCode, string output, string error) = Tool.Run("lr-find", "--plot", folder["range.svg"], "--steps", "60");
        Assert.Equal((0, ""), (exitCode, error));
        Assert.All(["suggested rate", "largest curvature a", "2/a", "2(1+δ)/((1-δ)a)", "gradient noise scale", "****"],
            part => Assert.Contains(part, output, StringComparison.Ordinal));
        string text = string.Join('\n', XDocument.Load(folder["range.svg"]).Descendants().Where(element => element.Name.LocalName == "text")
            .Select(element => element.Value.Trim()));
        Assert.All(["Learning-rate range test: adam", "learning rate", "smoothed", "suggested: "],
            part => Assert.Contains(part, text, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("--from 1 --to 1", 2, "--to is 1; expected more than --from, 1")]
    [InlineData("--from 0", 2, "--from is '0'; expected a finite number above 0")]
    [InlineData("--steps 9", 2, "--steps is 9; expected at least 10")]
    [InlineData("--optimizer all", 2, "--optimizer is 'all'; expected, nearest first")]
    [InlineData("--plot range.gif", 2, "a picture is PNG or SVG")]
    [InlineData("--plot /proc/no/range.png", 3, "--plot")]
    [InlineData("--lr 1", 2, "'--lr' is not known")]
    public void What_cannot_be_meant_is_answered_by_one_line(string options, int exitCode, string message)
    {
        (int code, string output, string error) = Tool.Run(["lr-find", .. options.Split(' ')]);
        Assert.Equal((exitCode, ""), (code, output));
        Assert.Contains(message, error, StringComparison.Ordinal);
        Assert.Equal(1, error.Count(c => c == '\n'));
    }
}
