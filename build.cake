using System.Runtime.InteropServices;
using System.Xml.Linq;

const string Solution = "HpcOpt.sln";
const string Cli = "src/HpcOpt.Cli";
const string Benchmarks = "bench/HpcOpt.Benchmarks";
const string Release = "Release";
const string Results = "artifacts/test-results";
const string Native = "artifacts/native";
const string Mkl = "libmkl_rt.so";
const string Smoke = "tests/HpcOpt.Aot";
const string Bindings = "src/HpcOpt/Interop/Generated/NativeMethods.cs";
const string Generator = "ClangSharpPInvokeGenerator";

string target = Argument("target", "Test");
string configuration = Argument("configuration", Release);
string passedOn = Argument("args", "");
bool isX64 = OperatingSystem.IsLinux() && RuntimeInformation.ProcessArchitecture == System.Runtime.InteropServices.Architecture.X64;

// Command or library, the Debian packages that have it, what needs it: tests, and of these some benchmarks too. Training needs nothing.
(string Name, string Packages, string Need, bool IsForBench)[] needs =
[
    ("taskset", "util-linux", "the tests of thread affinity and topology", false),
    ("chromium", "chromium", "the tests of the report's page", false),
    ("gcc", "gcc libc6-dev", "the native part, its tests, and the C loop among the peers of the benchmarks", true),
    ("cmake", "cmake", "the native part", true),
    ("make", "make", "the native part", true),
    ("clang", "clang", "the test that header and bindings agree", false),
    ("objdump", "binutils", "the test of the native part's symbols", false),
    ("libopenblas.so.0", "libopenblas0-pthread", "the tests and benchmarks of the BLAS providers", true),
];

DotNetBuildSettings As(string configuration) => new() { Configuration = configuration, NoLogo = true };

string Built(string folder, string configuration) => $"{folder}/bin/{configuration}/net10.0/{System.IO.Path.GetFileName(folder)}.dll";

int Run(string command, string arguments) => StartProcess(command, new ProcessSettings { Arguments = arguments });

void RunOrFail(string command, string arguments)
{
    int exitCode = Run(command, arguments);
    if (exitCode != 0)
        throw new CakeException(exitCode, $"{command} {arguments}: exit code {exitCode}.");
}

string Output(string command, string arguments)
{
    var settings = new ProcessSettings { Arguments = arguments, RedirectStandardOutput = true };
    int exitCode = StartProcess(command, settings, out IEnumerable<string> lines);
    string output = string.Join('\n', lines);
    return exitCode == 0 ? output : throw new CakeException(exitCode, $"{command} {arguments}: exit code {exitCode}.\n{output}");
}

bool IsOnPath(string command) => (EnvironmentVariable("PATH") ?? "").Split(':').Any(folder => System.IO.File.Exists($"{folder}/{command}"));

// What is missing for good, to be named again where tests fail.
List<string> lacks = [];

void SetUp(bool forTests)
{
    StartProcess("/sbin/ldconfig", new ProcessSettings { Arguments = "-p", RedirectStandardOutput = true }, out IEnumerable<string> known);
    string loader = string.Join('\n', known);
    bool IsThere(string name) => name.Contains(".so") ? loader.Contains($"{name} ") : IsOnPath(name);
    var missing = needs.Where(need => (forTests || need.IsForBench) && !IsThere(need.Name)).ToArray();
    bool lacksMkl = isX64 && !IsThere(Mkl), wantsMkl = Argument("mkl", true);

    string system = "/etc/os-release";
    bool isDebian = System.IO.File.Exists(system) && System.IO.File.ReadLines(system).Any(line => line is "ID=debian" or "ID=ubuntu");
    if (isDebian && Environment.UserName == "root" && (missing.Length > 0 || (lacksMkl && wantsMkl)))
    {
        Environment.SetEnvironmentVariable("DEBIAN_FRONTEND", "noninteractive");
        Run("apt-get", "update -q");
        string packages = string.Join(' ', missing.Select(need => need.Packages).Distinct());
        if (missing.Length > 0 && Run("apt-get", $"install -q -y --no-install-recommends {packages}") == 0)
            missing = [];
        if (lacksMkl && wantsMkl)
        {
            Warning("Intel MKL comes next: proprietary software under the Intel Simplified Software License. "
                + "The tests and benchmarks of the BLAS providers use it; --mkl=false refuses it, and those tests then fail by name.");
            lacksMkl = Run("tests/HpcOpt.Blas.Tests/install-mkl.sh", "") != 0;
        }
    }

    foreach (var need in missing)
        lacks.Add($"{need.Name} is missing, for {need.Need}; on Debian or Ubuntu: apt-get install {need.Packages}");
    if (lacksMkl)
        lacks.Add($"Intel MKL is {(wantsMkl ? "missing" : "refused (--mkl=false)")}, for the tests and benchmarks of the BLAS providers: "
            + "those that name mkl fail. It is proprietary software; tests/HpcOpt.Blas.Tests/install-mkl.sh installs it on Debian.");
    lacks.ForEach(lack => Warning("{0}", lack));
}

Task("Setup").Does(() => SetUp(forTests: true));

// Before every build that uses it: the projects take the library along where it is there. All works without it.
Task("Native").Does(() =>
{
    if (!isX64 || !IsOnPath("cmake") || !IsOnPath("make") || !(IsOnPath("cc") || IsOnPath("gcc") || IsOnPath("clang")))
    {
        Information("The optional native part is not built: that needs cmake, make and a C compiler, on Linux and x86-64.");
        return;
    }
    RunOrFail("cmake", $"-S native -B {Native} -DCMAKE_BUILD_TYPE=Release");
    RunOrFail("cmake", $"--build {Native}");
}).OnError(problem =>
{
    if (target != "Train")
        throw problem;
    Warning("Training goes on without the native part. {0}", problem.Message);
});

// To a path aside first: after an error the generator leaves a stub.
Task("Bindings").Does(() =>
{
    if (!IsOnPath(Generator))
        throw new CakeException(
            4, $"{Generator} is not on the PATH. {Bindings} was made by its version 22.1.8, of the public repository dotnet/ClangSharp.");
    string generated = $"{Native}/{System.IO.Path.GetFileName(Bindings)}";
    EnsureDirectoryExists(Native);
    RunOrFail(Generator, $"@native/generate.rsp --output {generated}");
    CopyFile(generated, Bindings);
});

Task("Build").IsDependentOn("Native").Does(() => DotNetBuild(Solution, As(configuration)));

Task("Format").Does(() =>
{
    string verify = Argument("fix", false) ? "" : " --verify-no-changes";
    DotNetRestore(Solution, new() { Verbosity = DotNetVerbosity.Quiet });
    RunOrFail("dotnet", $"format {Solution} --no-restore{verify}");
});

// Cake reports durations and errors after the last task; the counts close the output, whatever happened.
string counts = "0 passed, 1 failed";
if (target == "Test")
{
    EnsureDirectoryExists(Results);
    CleanDirectory(Results);
    AppDomain.CurrentDomain.ProcessExit += (_, _) =>
    {
        System.IO.File.WriteAllText($"{Results}/summary.txt", counts + "\n");
        Console.WriteLine(counts);
    };
}

Task("Test").IsDependentOn("Setup").IsDependentOn("Build").Does(() =>
{
    (int passed, int failed, int skipped) = (0, 0, 0);
    List<string> problems = [];

    foreach (FilePath project in GetFiles("tests/*/*.Tests.csproj"))
    {
        string name = project.GetFilenameWithoutExtension().FullPath;
        Information("\n{0}", name);
        if (!isX64 && name == "HpcOpt.Native.Tests")
        {
            Warning("Not run: the native part is for Linux on x86-64.");
            continue;
        }
        string report = $"--results-directory {Results} --report-xunit-trx --report-xunit-trx-filename {name}.trx";
        int exitCode = Run("dotnet", $"{Built($"tests/{name}", configuration)} {report}");

        (int ran, int failedHere) = (0, 0);
        if (FileExists($"{Results}/{name}.trx"))
        {
            XElement counters = XDocument.Load($"{Results}/{name}.trx").Descendants()
                .Single(element => element.Name.LocalName == "Counters");
            int Count(string counter) => (int?)counters.Attribute(counter) ?? 0;
            failedHere = Count("failed");
            ran = Count("passed") + failedHere;
            passed += Count("passed");
            skipped += Count("total") - ran;
        }
        // A crash, or a project that ran nothing, is a failure even though no test says so.
        if (ran == 0 || (exitCode != 0 && failedHere == 0))
        {
            failedHere++;
            problems.Add($"{name} ran {ran} tests and ended with exit code {exitCode}.");
        }
        failed += failedHere;
    }
    if (Run("dotnet", $"format {Solution} --no-restore --verify-no-changes") != 0)
    {
        failed++;
        problems.Add("The format check failed: ./build.sh --target=Format --fix=true mends it.");
    }

    counts = $"{passed} passed, {failed} failed" + (skipped > 0 ? $", {skipped} skipped" : "");
    if (failed > 0)
        throw new CakeException(1, string.Join('\n', [.. problems.DefaultIfEmpty("Tests failed."), .. lacks]));
});

Task("Train").IsDependentOn("Native").Does(() =>
{
    DotNetBuild(Cli, As(configuration));
    RunOrFail("dotnet", $"{Built(Cli, configuration)} train {passedOn}");
});

// Figures are Release's, whatever the configuration of the rest.
Task("Guard").Does(() =>
{
    DotNetBuild(Benchmarks, As(Release));
    if (Run("dotnet", $"{Built(Benchmarks, Release)} guard") != 0)
        throw new CakeException(1, "The speed of a step fell beside what bounds it: see above; bench/results holds the committed figures.");
});

Task("Peers").Does(() => SetUp(forTests: false));

Task("Bench").IsDependentOn("Peers").IsDependentOn("Native").Does(() =>
{
    // PyTorch, one of the peers, is a large package that may be out of reach; the others do without it.
    bool hasPeers = Run("dotnet", $"restore {Benchmarks} -p:Peers=true --verbosity quiet") == 0;
    if (!hasPeers)
        Warning("The package of libtorch cannot be restored: PyTorch will be missing among the peers.");
    DotNetBuildSettings settings = As(Release);
    settings.MSBuildSettings = new DotNetMSBuildSettings().WithProperty("Peers", hasPeers ? "true" : "false");
    DotNetBuild(Benchmarks, settings);

    // First, because the tables replace the figures that the guard compares with; a fall is told after them.
    int guard = Run("dotnet", $"{Built(Benchmarks, Release)} guard");
    RunOrFail("bench/runtime/run.sh", $"dotnet {Built(Benchmarks, Release)} --artifacts artifacts/bench {passedOn}");
    if (guard != 0)
        throw new CakeException(1, "The guard failed before the tables were made: see above.");
});

// Outside the tests, because it takes 8 GiB.
Task("Large").IsDependentOn("Native").Does(() =>
{
    DotNetBuild(Benchmarks, As(Release));
    RunOrFail("dotnet", $"{Built(Benchmarks, Release)} large");
});

Task("Pack").IsDependentOn("Native").Does(() =>
{
    CleanDirectory("artifacts/packages");
    foreach (FilePath project in GetFiles("src/*/*.csproj"))
        DotNetPack(project.FullPath, new() { Configuration = Release, OutputDirectory = "artifacts/packages", NoLogo = true });
});

// Native code of README's first program, and of one that makes every optimizer in every storage. Outside the tests, because
// publishing takes long; what it needs is named, not installed.
Task("Aot").Does(() =>
{
    string snippet = System.IO.File.ReadAllText("README.md").Split("```csharp\n")[1].Split("```")[0];
    if (!System.IO.File.ReadAllText($"{Smoke}/Program.cs").Contains(snippet))
        throw new CakeException(1, $"{Smoke}/Program.cs lacks the first snippet of README.md as it stands there now; copy it.");
    if (!IsOnPath("clang") && !IsOnPath("gcc"))
        throw new CakeException(4, "NativeAOT links with clang or gcc; on Debian or Ubuntu: apt-get install clang");

    foreach (string project in (string[])[Smoke, $"{Smoke}.All"])
    {
        string name = System.IO.Path.GetFileName(project), output = $"artifacts/{name}";
        CleanDirectories([$"{project}/obj", output]);
        var clock = System.Diagnostics.Stopwatch.StartNew();
        RunOrFail("dotnet", $"publish {project} --configuration {Release} --output {output} -nologo -maxcpucount:1 -nodeReuse:false");
        long size = new System.IO.FileInfo($"{output}/{name}").Length;
        Information(
            "{0}: published in {1:F0} s, {2:F0} MiB at the peak so far, {3:F1} MB.",
            name, clock.Elapsed.TotalSeconds, Usage.PeakOfChildren() / 1048576.0, size / 1e6);

        DotNetBuild(project, As(Release));
        (string native, string jit) = (Output($"{output}/{name}", ""), Output("dotnet", Built(project, Release)));
        Information(native);
        if (native != jit)
            throw new CakeException(1, $"Compiled just in time the program prints other bits: {jit}");
    }
});

RunTarget(target);

static class Usage
{
    /// <summary>Bytes of the largest process among the children that have ended, and theirs.</summary>
    public static long PeakOfChildren()
    {
        long[] usage = new long[18];
        _ = getrusage(-1, usage);
        return usage[4] * 1024;
    }

    [DllImport("libc")]
    private static extern int getrusage(int who, [Out] long[] usage);
}
