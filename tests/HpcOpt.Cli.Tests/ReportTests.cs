using System.Text.Json.Nodes;
using System.Xml.Linq;
using HpcOpt.Cli.Plots;
using SkiaSharp;

namespace HpcOpt.Cli.Tests;

/// <summary>The page of <c>hpcopt train --report</c>, and the comparison of all optimizers.</summary>
public class ReportTests
{
    private static readonly string[] Charts = ["loss", "accuracy", "test-loss", "learning-rate", "gradient-norm", "throughput"];

    [Fact]
    public async Task A_browser_shows_every_optimizer_in_the_table_the_key_and_the_curves()
    {
        using TemporaryFolder folder = new();
        JsonNode report = Tool.Json(["train", "--optimizer", "all", "--epochs", "3", "--report", folder["all.html"]]);
        string[] optimizers = [.. report["runs"]!.AsArray().Select(run => (string)run!["optimizer"]!)];
        Assert.Equal(KnownOptimizers.All.Names.Except(["adagrad-full"]), optimizers); // whose steps are too slow for 650 parameters

        XElement page = Parse(await Chromium.Dom(folder["all.html"]));
        Assert.Equal(optimizers.Order(), Rows(page).Select(cells => cells[0]).Order());
        Assert.Equal(optimizers, page.Descendants("ul").Single().Elements("li").Select(item => item.Value));
        Assert.Equal(Charts, page.Descendants("figure").Select(figure => (string)figure.Attribute("id")!));
        Assert.All(page.Descendants("figure"), figure => Assert.InRange(
            figure.Descendants().Count(element => element.Name.LocalName == "path"), optimizers.Length, int.MaxValue));
        Assert.All(
            ["CPU", "path", "threads", "seed", "adamw"], name => Assert.Contains(name, page.Descendants("dt").Select(term => term.Value)));

        string[] ids = [.. page.DescendantsAndSelf().Attributes("id").Select(id => id.Value)];
        Assert.Equal(ids.Distinct(), ids);

        // State as allocated, bytes for a parameter, of the rules that the table of docs/optimizers.md names.
        Assert.Equal("8", Rows(page).Single(cells => cells[0] == "adamw")[7]);
        Assert.Equal("0", Rows(page).Single(cells => cells[0] == "sgd")[7]);

        // Painted: each colour of the curves is somewhere below the table.
        using SKBitmap picture = SKBitmap.Decode(await Chromium.Screenshot(folder["all.html"], 1400, 2600));
        HashSet<uint> colors = [.. picture.Pixels.Select(pixel => (uint)pixel)];
        Assert.All(Enumerable.Range(0, 7), i => Assert.Contains((uint)SKColor.Parse(LineChart.Stroke(i).Color), colors));
    }

    [Fact]
    public void A_page_needs_nothing_from_outside()
    {
        using TemporaryFolder folder = new();
        Assert.Equal(0, Tool.Run("train", "--epochs", "2", "--report", folder["one.html"]).ExitCode);
        string page = File.ReadAllText(folder["one.html"]);
        Assert.All(["<script", "src=", "<link", "@import", "href=\"http"],
            outside => Assert.DoesNotContain(outside, page, StringComparison.OrdinalIgnoreCase));
        Assert.DoesNotMatch(@"url\([^#]", page);
        Assert.DoesNotContain("<ul", page, StringComparison.Ordinal); // one optimizer needs no key
        Assert.Equal(["one.html"], folder.Files);
    }

    [Fact]
    public void Text_from_a_file_is_text_in_the_page()
    {
        using TemporaryFolder folder = new();
        string data = folder.Write("<b>&.csv", "<i>x</i>,y\n1,2\n2,3\n3,5\n4,4\n");
        Assert.Equal(0, Tool.Run("train", "--data", data, "--target", "y", "--model", "linear", "--report", folder["page.html"]).ExitCode);
        string page = File.ReadAllText(folder["page.html"]);
        Assert.Contains("&lt;i&gt;x&lt;/i&gt;", page, StringComparison.Ordinal);
        Assert.Contains("adam on &lt;b&gt;&amp;.csv", page, StringComparison.Ordinal);
    }

    [Fact]
    public void The_best_of_a_comparison_comes_first_and_a_diverged_one_last()
    {
        using TemporaryFolder folder = new();
        (int exitCode, string output, _) = Tool.Run("train", "--optimizer", "ALL", "--epochs", "2", "--data", Tool.Data("grunfeld.csv"),
            "--target", "invest", "--features", "value,capital", "--model", "linear");
        Assert.Equal(0, exitCode);
        string[] lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        int count = KnownOptimizers.All.Names.Count;
        Assert.Equal(2 * count + 1, lines.Length); // progress, head, table
        string[] head = [.. lines[count].Split("  ", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)];
        IEnumerable<string[]> cells =
            lines[^count..].Select(line => line.Split("  ", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
        int column = Array.IndexOf(head, "test");
        double[] tests = [.. cells.Select(row => double.Parse(row[column], System.Globalization.CultureInfo.InvariantCulture))];
        Assert.Equal(tests.Order(), tests);
    }

    [Fact]
    public void An_optimizer_that_is_not_made_for_the_model_is_left_out_of_a_comparison_and_an_error_alone()
    {
        (int exitCode, string output, _) = Tool.Run("train", "--optimizer", "all", "--max-steps", "1");
        Assert.Equal(0, exitCode);
        Assert.Contains("adagrad-full         left out: a step costs the cube of the 650 parameters", output, StringComparison.Ordinal);

        using TemporaryFolder folder = new();
        string wide = folder.Write("wide.csv", string.Join(
            '\n', Enumerable.Range(0, 3).Select(row => string.Join(',', Enumerable.Range(0, 5000).Select(column => (row * column) % 7)))));
        (exitCode, output, string error) = Tool.Run("train", "--data", wide, "--target", "last", "--header", "no", "--model", "linear",
            "--optimizer", "adagrad-full", "--test-fraction", "0");
        Assert.Equal((2, ""), (exitCode, output));
        Assert.Matches("^hpcopt: --optimizer is 'adagrad-full': The layout has 5000 parameters, .* 0.4 GB. Expected at most 4096", error);
    }

    [Fact]
    public void Optimizers_of_matrices_take_their_hyperparameters_like_the_others()
    {
        JsonNode muon = Tool.Json(["train", "--optimizer", "muon", "--set", "iterations=3", "--set", "match-rms=true", "--max-steps", "2"]);
        Assert.Equal((3, true), ((int)muon["hyperparameters"]!["iterations"]!, (bool)muon["hyperparameters"]!["match-rms"]!));
        Assert.Equal(0.95, (double)muon["hyperparameters"]!["momentum"]!);
        JsonNode shampoo = Tool.Json(["train", "--optimizer", "shampoo", "--set", "root-interval=2", "--max-steps", "2"]);
        Assert.NotEqual((string?)muon["parametersSha256"], (string?)shampoo["parametersSha256"]);
        (int exitCode, _, string error) = Tool.Run("train", "--optimizer", "muon", "--set", "iterations=2.5");
        Assert.Equal((2, "hpcopt: muon: iterations is '2.5'; expected a whole number from 1 to 100.\n"), (exitCode, error));
        Assert.Equal(2, Tool.Run("lr-find", "--optimizer", "muon", "--set", "iterations=0").ExitCode);
    }

    [Theory]
    [InlineData("no/such/file/page.html", "--report")]
    [InlineData("", "is a folder; name a file in it")]
    public void A_page_that_cannot_be_written_is_an_error_before_training(string file, string message)
    {
        using TemporaryFolder folder = new();
        folder.Write("no", ""); // a file where a folder is wanted
        (int exitCode, string output, string error) = Tool.Run("train", "--report", folder[file]);
        Assert.Equal((3, ""), (exitCode, output)); // no progress: no training
        Assert.Contains(message, error, StringComparison.Ordinal);
        Assert.Equal(1, error.Count(c => c == '\n'));
        Assert.Equal(["no"], folder.Files);
    }

    [Theory]
    [InlineData("--optimizer all --lr 0.1", "--lr and --set belong to one optimizer")]
    [InlineData("--optimizer all --set beta1=0.5", "--lr and --set belong to one optimizer")]
    [InlineData("--optimizer al", "--optimizer is 'al'; expected, nearest first, 'all'")]
    public void What_cannot_be_meant_for_all_is_answered_by_one_line(string options, string message)
    {
        (int exitCode, string output, string error) = Tool.Run(["train", .. options.Split(' ')]);
        Assert.Equal((2, ""), (exitCode, output));
        Assert.Contains(message, error, StringComparison.Ordinal);
    }

    private static string[][] Rows(XElement page) =>
        [.. page.Descendants("table").Single().Descendants("tr").Select(row => row.Elements("td").Select(cell => cell.Value).ToArray())
            .Where(cells => cells.Length > 0)];

    // Chromium closes every element; only the doctype and the void elements of the head are not XML.
    private static XElement Parse(string dom) =>
        XElement.Parse(dom[dom.IndexOf("<body", StringComparison.Ordinal)..dom.IndexOf("</html>", StringComparison.Ordinal)]
            .Replace("xmlns:xlink", "xlink", StringComparison.Ordinal)
            .Replace("xmlns=\"http://www.w3.org/2000/svg\"", "", StringComparison.Ordinal));
}
