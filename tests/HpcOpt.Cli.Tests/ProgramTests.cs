using HpcOpt.Tests;

namespace HpcOpt.Cli.Tests;

public class ProgramTests
{
    [Fact]
    public async Task Train_without_options_trains_on_the_embedded_data()
    {
        (int exitCode, string output, _) = await DotnetProcess.Run("HpcOpt.Cli.dll", ["train"]);
        Assert.Equal((0, "mean of y: 3\n"), (exitCode, output));
    }
}
