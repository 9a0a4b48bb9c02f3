using System.Diagnostics;

namespace HpcOpt.Cli.Tests;

/// <summary>Opens a page in headless Chromium, which <c>./build.sh --target=Setup</c> installs.</summary>
internal static class Chromium
{
    private const string Command = "chromium";

    // Nothing but the page: no first run, no updates, no look-ups of its own; as root it has no sandbox.
    private static readonly string[] Switches =
    [
        "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
        "--disable-component-update", "--disable-sync", "--hide-scrollbars", "--force-device-scale-factor=1",
    ];

    /// <summary>The page as parsed.</summary>
    public static Task<string> Dom(string page) => Open(page, "--dump-dom");

    /// <summary>The page as painted, as a PNG file beside it.</summary>
    public static async Task<string> Screenshot(string page, int width, int height)
    {
        string picture = Path.ChangeExtension(page, ".png");
        await Open(page, $"--window-size={width},{height}", $"--screenshot={picture}");
        return picture;
    }

    private static async Task<string> Open(string page, params string[] what)
    {
        using TemporaryFolder profile = new();
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        bound.CancelAfter(TimeSpan.FromSeconds(120));
        using Process process = Start([Command, .. Switches, $"--user-data-dir={profile["profile"]}", .. what, new Uri(page).AbsoluteUri]);
        try
        {
            Task<string> output = process.StandardOutput.ReadToEndAsync(bound.Token);
            Task<string> error = process.StandardError.ReadToEndAsync(bound.Token);
            await process.WaitForExitAsync(bound.Token);
            Assert.True(process.ExitCode == 0, await error);
            return await output;
        }
        finally
        {
            process.Kill(entireProcessTree: true);
        }
    }

    private static Process Start(string[] command)
    {
        try
        {
            return Tool.Command(command);
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            throw new InvalidOperationException($"This test opens a page in '{Command}', which is not installed; "
                + "./build.sh --target=Setup installs it on Debian, elsewhere put it on PATH.", e);
        }
    }
}
