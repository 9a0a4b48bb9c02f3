namespace HpcOpt.Blas.Tests.Examples;

/// <summary>The code in the README is code that compiles and runs.</summary>
public class DocumentationTests
{
    [Fact]
    public void The_product_of_the_README_is_right_and_is_the_one_shown()
    {
        Assert.Equal(8, ProductExample.Run());
        string shown = File.ReadAllText(Path.Combine(Repository.Root, "tests/HpcOpt.Blas.Tests/Examples/ProductExample.cs")).Split("// README begins\n")[1].Split("\n        // README ends")[0];
        Assert.Contains(shown.Replace("\n        ", "\n", StringComparison.Ordinal).Trim(), File.ReadAllText(Path.Combine(Repository.Root, "README.md")), StringComparison.Ordinal);
    }
}
