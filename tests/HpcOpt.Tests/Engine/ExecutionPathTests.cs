namespace HpcOpt.Tests.Engine;

public class ExecutionPathTests
{
    [Fact]
    public void An_unknown_path_is_an_error_that_lists_the_supported_ones()
    {
        var error = Assert.Throws<ArgumentException>(() => ExecutionPath.Parse("avx9"));
        Assert.StartsWith($"Unknown path 'avx9'; this machine supports {string.Join(", ", ExecutionPath.Supported)}.", error.Message);
    }

    [Fact]
    public void An_unsupported_path_is_an_error_that_lists_the_supported_ones()
    {
        foreach (ExecutionPath path in ExecutionPath.All.Except(ExecutionPath.Supported))
        {
            var error = Assert.Throws<ArgumentException>(() => new Execution(path));
            Assert.StartsWith(
                $"Path '{path}' needs {path.Requires}, which this CPU or run-time lacks; this machine supports ", error.Message);
        }
    }

    [Fact]
    public void A_path_can_be_forced_for_each_optimizer()
    {
        foreach (ExecutionPath path in ExecutionPath.Supported)
        {
            using Optimizer<float> optimizer = Optimizer<float>.Create(
                10, new Sgd(), new Execution(ExecutionPath.Parse(path.Name.ToUpperInvariant())));
            Assert.Equal(path, optimizer.Execution.Path);
        }
    }
}
