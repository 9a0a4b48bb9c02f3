using System.Diagnostics;
using System.Text.Json.Nodes;
using HpcOpt.Tests;

namespace HpcOpt.Cli.Tests;

public class DoctorTests
{
    [Fact]
    public void It_reports_what_this_process_uses()
    {
        JsonNode report = Tool.Json(["doctor"]);
        Assert.Equal(ExecutionPath.All.Select(path => (path.Name, path.IsSupported)),
            report["paths"]!.AsArray().Select(path => ((string)path!["name"]!, (bool)path["supported"]!)));
        Assert.Equal(Execution.Default.Path.Name, (string?)report["selectedPath"]);
        Assert.Equal(Execution.Default.Threads, (int)report["threads"]!);
        Assert.Contains(
            (string?)report["blas"]!["provider"], report["blas"]!["measured"]!.AsArray().Select(one => (string?)one!["provider"]));
        Assert.Equal(NativePart.IsAvailable ? ["mpi"] : ["native", "mpi", "topology"],
            report.AsObject().Where(field => field.Value is null).Select(field => field.Key));
        Assert.True((long)report["limits"]!["memoryTotalBytes"]! > (long)report["limits"]!["memoryAvailableBytes"]!);
        Assert.True(report["fma"] is JsonValue && report["hugePages"]!.AsObject().ContainsKey("mode"));
    }

    [Fact]
    public void Its_text_names_what_its_json_holds()
    {
        (int exitCode, string output, _) = Tool.Run("doctor");
        Assert.Equal(0, exitCode);
        Assert.All(["path avx512", "; selected", "threads", "FMA", "BLAS", "managed", "MPI", "native part", "NUMA", "topology",
            "huge pages", "GiB"], part => Assert.Contains(part, output, StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_native_part_is_named_or_why_it_is_missing()
    {
        (_, string withIt, _) = await Tool.RunProcess(["doctor", "--json"]);
        JsonNode machine = JsonNode.Parse(withIt)!;
        Assert.Equal(NativePart.IsAvailable ? $"{NativePart.Version}, {NativePart.File}" : null, (string?)machine["native"]);
        Assert.Equal(NativePart.IsAvailable ? Directory.GetDirectories("/sys/devices/system/node", "node*").Length : null,
            (int?)machine["topology"]?["numaNodes"]);

        (int exitCode, string without, _) = await Tool.RunProcess(["doctor", "--json"], ("HPCOPT_NATIVE", "/nowhere/x.so"));
        machine = JsonNode.Parse(without)!;
        Assert.Equal((0, null, null), (exitCode, (string?)machine["native"], machine["topology"]));
        Assert.Contains(machine["missing"]!.AsArray(), missing => (string?)missing!["what"] == "the native part"
            && ((string)missing["remedy"]!).StartsWith(
                "libhpcopt_native.so was not loaded. /nowhere/x.so: no such file.", StringComparison.Ordinal));

        (_, string text, _) = await Tool.RunProcess(["doctor"], ("HPCOPT_NATIVE", "/nowhere/x.so"));
        Assert.Contains("everything runs in managed code", text, StringComparison.Ordinal);
        Assert.Contains("/nowhere/x.so: no such file", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "affinity to 1 CPU")]
    [InlineData("2", "HPCOPT_NUM_THREADS asks for 2, limited by affinity to 1 CPU")]
    public async Task Affinity_limits_threads(string variable, string reason)
    {
        using Process process = Tool.Start(["taskset", "-c", "0"], ["doctor", "--json"], ("HPCOPT_NUM_THREADS", variable),
            ("OMP_NUM_THREADS", ""), ("SLURM_CPUS_PER_TASK", ""));
        JsonNode report = JsonNode.Parse(await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken))!;
        Assert.Equal(1, (int)report["threads"]!);
        Assert.StartsWith(reason, (string)report["threadsReason"]!, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(BlasLibraries.Rows), MemberType = typeof(BlasLibraries))]
    public async Task A_library_of_linear_algebra_is_shown_with_version_and_file(string name)
    {
        (int exitCode, string output, string error) = await Tool.RunProcess(["doctor", "--json"], ("HPCOPT_BLAS", name));
        Assert.True(exitCode == 0, error);
        JsonNode blas = JsonNode.Parse(output)!["blas"]!;
        Assert.Equal((name, $"HPCOPT_BLAS={name}"), ((string?)blas["provider"], (string?)blas["reason"]));
        Assert.Matches(@"^\d+\.\d+", (string?)blas["version"]);
        Assert.True(File.Exists((string?)blas["file"]));
    }

    [Theory]
    [InlineData("/nonexistent/libmkl_rt.so", 4, "HPCOPT_BLAS=/nonexistent/libmkl_rt.so: there is no such file.")]
    [InlineData("/proc/self/status", 4, "HPCOPT_BLAS=/proc/self/status: the file is no shared library")]
    [InlineData("atlas", 2, "HPCOPT_BLAS is 'atlas'; expected auto, mkl, openblas, blis, managed, or the path of a library")]
    public async Task A_library_that_cannot_be_used_is_an_error(string value, int expected, string message)
    {
        (int exitCode, string output, string error) = await Tool.RunProcess(["doctor", "--json"], ("HPCOPT_BLAS", value));
        Assert.Equal((expected, ""), (exitCode, output));
        Assert.StartsWith($"hpcopt: {message}", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Managed_code_has_no_file()
    {
        (int exitCode, string output, string error) = await Tool.RunProcess(["doctor", "--json"], ("HPCOPT_BLAS", "managed"));
        Assert.True(exitCode == 0, error);
        JsonNode blas = JsonNode.Parse(output)!["blas"]!;
        Assert.Equal("managed", (string?)blas["provider"]);
        Assert.True(blas.AsObject().ContainsKey("file") && blas["file"] is null);
    }

    [Theory]
    [InlineData("HPCOPT_PATH", "avx9", "HPCOPT_PATH: Unknown path 'avx9'; this machine supports ")]
    [InlineData("HPCOPT_NUM_THREADS", "x", "HPCOPT_NUM_THREADS is 'x'; expected a whole number from 1")]
    public async Task An_invalid_environment_is_an_error(string variable, string value, string message)
    {
        (int exitCode, string output, string error) = await Tool.RunProcess(["doctor", "--json"], (variable, value));
        Assert.Equal((2, ""), (exitCode, output));
        Assert.StartsWith($"hpcopt: {message}", error, StringComparison.Ordinal);
    }
}
