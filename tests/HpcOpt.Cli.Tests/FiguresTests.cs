using System.Buffers.Binary;
using System.Text.Json.Nodes;
using System.Xml.Linq;

namespace HpcOpt.Cli.Tests;

public class FiguresTests
{
    [Fact]
    public void The_paths_are_the_published_ones()
    {
        using TemporaryFolder folder = new();
        JsonNode printed = Tool.Json(["figures", "--out", folder["figures"]]);
        JsonNode written = JsonNode.Parse(File.ReadAllText(Path.Combine(folder["figures"], "paths.json")))!;
        Assert.True(JsonNode.DeepEquals(printed, written));

        JsonObject golden = JsonNode.Parse(File.ReadAllText(Tool.Data("figures.json")))!.AsObject();
        Assert.Equal(golden.Select(figure => figure.Key), written.AsObject().Select(figure => figure.Key));
        foreach ((string figure, JsonNode? panels) in golden)
        {
            Assert.Equal(panels!.AsObject().Select(panel => panel.Key), written[figure]!.AsObject().Select(panel => panel.Key));
            foreach ((string name, JsonNode? expected) in panels.AsObject())
            {
                JsonNode actual = written[figure]![name]!;
                Assert.Equal((int)expected!["steps"]!, (int)actual["steps"]!);
                Near(expected["end"]!, actual["end"]!);
                Assert.Equal(expected["path"]!.AsArray().Count, actual["path"]!.AsArray().Count);
                foreach ((JsonNode? point, JsonNode? found) in expected["path"]!.AsArray().Zip(actual["path"]!.AsArray()))
                {
                    Near(point!, found!);
                }
            }
        }

        static void Near(JsonNode expected, JsonNode actual)
        {
            Assert.Equal((double)expected[0]!, (double)actual[0]!, 1e-9);
            Assert.Equal((double)expected[1]!, (double)actual[1]!, 1e-9);
        }
    }

    [Fact]
    public void The_pictures_are_whole_and_name_each_panel_with_its_steps()
    {
        using TemporaryFolder folder = new();
        (int exitCode, string output, _) = Tool.Run("figures", "--out", folder["figures"]);
        Assert.Equal(0, exitCode);
        Assert.Contains("fig4_1 adam       46 steps", output, StringComparison.Ordinal);
        Assert.Equal(["fig4_1.png", "fig4_1.svg", "fig4_2.png", "fig4_2.svg", "paths.json"],
            Directory.GetFiles(folder["figures"]).Select(Path.GetFileName).Order());
        foreach (string figure in (string[])["fig4_1", "fig4_2"])
        {
            byte[] png = File.ReadAllBytes(Path.Combine(folder["figures"], $"{figure}.png"));
            Assert.Equal([0x89, (byte)'P', (byte)'N', (byte)'G'], png[..4]);
            Assert.Equal(2436, BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(16)));
            Assert.InRange(BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(20)), 1200, 2400);

            XElement svg = XDocument.Load(Path.Combine(folder["figures"], $"{figure}.svg")).Root!;

            // One colour a level, and a level or two lie outside the window.
            Assert.InRange(svg.Descendants().Select(element => (string?)element.Attribute("stroke")).Distinct().Count(), 16, 26);
            string text = string.Join(
                '\n', svg.Descendants().Where(element => element.Name.LocalName == "text").Select(element => element.Value.Trim()));
            string[] titles = figure == "fig4_1"
                ? ["Batch gradient descent: 56 steps", "SGD: 59 steps", "Momentum: 54 steps", "AdaGrad: 100 steps", "RMSprop: 41 steps",
                    "Adam: 46 steps"]
                : ["Batch gradient descent: 200 steps", "SGD: 200 steps", "Momentum: 200 steps", "AdaGrad: 200 steps", "RMSprop: 200 steps",
                    "Adam: 59 steps"];
            Assert.All([.. titles, "Start", "Optimum", "End"], title => Assert.Contains(title, text, StringComparison.Ordinal));
        }
    }

    [Fact]
    public void A_folder_that_cannot_be_is_named_before_anything_is_drawn()
    {
        using TemporaryFolder folder = new();
        string file = folder.Write("file", "");
        (int exitCode, string output, string error) = Tool.Run("figures", "--out", Path.Combine(file, "figures"));
        Assert.Equal((3, ""), (exitCode, output));
        Assert.StartsWith($"hpcopt: --out {Path.Combine(file, "figures")}: cannot be written: ", error, StringComparison.Ordinal);
        Assert.EndsWith("name a folder that can be created and written.\n", error, StringComparison.Ordinal);
        Assert.Contains("--out", Tool.Run("figures").Error, StringComparison.Ordinal);
    }
}
