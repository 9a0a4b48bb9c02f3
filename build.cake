using System.Xml.Linq;

const string Solution = "HpcOpt.sln";
const string Cli = "src/HpcOpt.Cli";
const string Benchmarks = "bench/HpcOpt.Benchmarks";
const string Configuration = "Release";
const string Results = "artifacts/test-results";
const string Native = "artifacts/native";
const string Bindings = "src/HpcOpt/Interop/Generated/NativeMethods.cs";
const string Generator = "ClangSharpPInvokeGenerator";

// Command to look for, Debian package that has it, what needs it.
(string Command, string Package, string Need)[] tools =
[
    ("taskset", "util-linux", "the tests of thread affinity and topology"),
    ("chromium", "chromium", "the tests of the report's page"),
    ("gcc", "gcc libc6-dev", "the native part, its tests, and the C loop among the peers of the benchmarks"),
    ("cmake", "cmake", "the native part"),
    ("make", "make", "the native part"),
    ("clang", "clang", "the test that header and bindings agree"),
    ("objdump", "binutils", "the test of the native part's symbols"),
];

// Library to look for, command that installs it on Debian, what needs it.
(string Library, string Command, string Need)[] libraries =
[
    ("libopenblas.so.0", "apt-get install -q -y --no-install-recommends libopenblas0-pthread", "the tests of the providers"),
    ("libmkl_rt.so", "tests/HpcOpt.Blas.Tests/install-mkl.sh", "the tests of the providers"),
];

string target = Argument("target", "Test");
string passedOn = Argument("args", "");

DotNetBuildSettings Release() => new() { Configuration = Configuration, NoLogo = true };

string Built(string folder, string assembly) => $"{folder}/bin/{Configuration}/net10.0/{assembly}.dll";

int Run(string command, string arguments) => StartProcess(command, new ProcessSettings { Arguments = arguments });

void RunOrFail(string command, string arguments)
{
    int exitCode = Run(command, arguments);
    if (exitCode != 0)
        throw new CakeException(exitCode, $"{command} {arguments}: exit code {exitCode}.");
}

bool IsOnPath(string command) => (EnvironmentVariable("PATH") ?? "").Split(':').Any(folder => System.IO.File.Exists($"{folder}/{command}"));

Task("Setup").Does(() =>
{
    var missing = tools.Where(tool => !IsOnPath(tool.Command)).ToArray();
    StartProcess("/sbin/ldconfig", new ProcessSettings { Arguments = "-p", RedirectStandardOutput = true }, out IEnumerable<string> known);
    string loader = string.Join('\n', known);
    var missingLibraries = libraries.Where(library => !loader.Contains($"{library.Library} ")).ToArray();
    if (missing.Length == 0 && missingLibraries.Length == 0)
        return;

    bool debian = System.IO.File.Exists("/etc/os-release") && System.IO.File.ReadLines("/etc/os-release").Any(line => line is "ID=debian" or "ID=ubuntu");
    string packages = string.Join(' ', missing.Select(tool => tool.Package).Distinct());
    if (debian && Environment.UserName == "root")
    {
        Environment.SetEnvironmentVariable("DEBIAN_FRONTEND", "noninteractive");
        Run("apt-get", "update -q");
        if (missing.Length == 0 || Run("apt-get", $"install -q -y --no-install-recommends {packages}") == 0)
            missing = [];
        missingLibraries = [.. missingLibraries.Where(library => Run("sh", $"-c \"{library.Command}\"") != 0)];
    }
    foreach (var library in missingLibraries)
        Warning("{0} is missing, which {1} need; README says how to get it.", library.Library, library.Need);
    foreach (var tool in missing)
        Warning("{0} is missing, which {1} need; on Debian or Ubuntu: apt-get install {2}", tool.Command, tool.Need, tool.Package);
});

// Before every build that uses it: the projects take the library along where it is there. All works without it.
Task("Native").IsDependentOn("Setup").Does(() =>
{
    if (!IsOnPath("cmake") || !IsOnPath("make") || !(IsOnPath("cc") || IsOnPath("gcc") || IsOnPath("clang")) || System.Runtime.InteropServices.RuntimeInformation.RuntimeIdentifier != "linux-x64")
    {
        Warning("The native part is not built: that needs cmake, make and a C compiler, on Linux and x86-64.");
        return;
    }
    RunOrFail("cmake", $"-S native -B {Native} -DCMAKE_BUILD_TYPE=Release");
    RunOrFail("cmake", $"--build {Native}");
});

// To a path aside first: after an error the generator leaves a stub.
Task("Bindings").Does(() =>
{
    if (!IsOnPath(Generator))
        throw new CakeException(4, $"{Generator} is not on the PATH. {Bindings} was made by its version 22.1.8, of the public repository dotnet/ClangSharp.");
    string generated = $"{Native}/{System.IO.Path.GetFileName(Bindings)}";
    EnsureDirectoryExists(Native);
    RunOrFail(Generator, $"@native/generate.rsp --output {generated}");
    CopyFile(generated, Bindings);
});

Task("Build").IsDependentOn("Native").Does(() => DotNetBuild(Solution, Release()));

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

Task("Test").IsDependentOn("Build").Does(() =>
{
    (int passed, int failed, int skipped) = (0, 0, 0);
    List<string> problems = [];

    foreach (FilePath project in GetFiles("tests/*/*.csproj"))
    {
        string name = project.GetFilenameWithoutExtension().FullPath;
        Information("\n{0}", name);
        int exitCode = Run("dotnet", $"{Built($"tests/{name}", name)} --results-directory {Results} --report-xunit-trx --report-xunit-trx-filename {name}.trx");

        (int ran, int failedHere) = (0, 0);
        if (FileExists($"{Results}/{name}.trx"))
        {
            XElement counters = XDocument.Load($"{Results}/{name}.trx").Descendants().Single(element => element.Name.LocalName == "Counters");
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
    Information("\nSpeed");
    if (Run("dotnet", $"{Built(Benchmarks, "HpcOpt.Benchmarks")} guard") != 0)
    {
        failed++;
        problems.Add("The speed of a step fell beside what bounds it: see above; bench/results holds the committed figures.");
    }
    if (Run("dotnet", $"format {Solution} --no-restore --verify-no-changes") != 0)
    {
        failed++;
        problems.Add("The format check failed: ./build.sh --target=Format --fix=true mends it.");
    }

    counts = $"{passed} passed, {failed} failed" + (skipped > 0 ? $", {skipped} skipped" : "");
    if (failed > 0)
        throw new CakeException(1, string.Join('\n', problems.DefaultIfEmpty("Tests failed.")));
});

Task("Train").IsDependentOn("Native").Does(() =>
{
    DotNetBuild(Cli, Release());
    RunOrFail("dotnet", $"{Built(Cli, "HpcOpt.Cli")} train {passedOn}");
});

Task("Bench").IsDependentOn("Native").Does(() =>
{
    // PyTorch, one of the peers, is a large package that may be out of reach; the others do without it.
    bool hasPeers = Run("dotnet", $"restore {Benchmarks} -p:Peers=true --verbosity quiet") == 0;
    if (!hasPeers)
        Warning("The package of libtorch cannot be restored: PyTorch will be missing among the peers.");
    DotNetBuildSettings settings = Release();
    settings.MSBuildSettings = new DotNetMSBuildSettings().WithProperty("Peers", hasPeers ? "true" : "false");
    DotNetBuild(Benchmarks, settings);
    RunOrFail("bench/runtime/run.sh", $"dotnet {Built(Benchmarks, "HpcOpt.Benchmarks")} --artifacts artifacts/bench {passedOn}");
});

// Outside the tests, because it takes 8 GiB.
Task("Large").IsDependentOn("Native").Does(() =>
{
    DotNetBuild(Benchmarks, Release());
    RunOrFail("dotnet", $"{Built(Benchmarks, "HpcOpt.Benchmarks")} large");
});

Task("Pack").IsDependentOn("Native").Does(() =>
{
    CleanDirectory("artifacts/packages");
    foreach (FilePath project in GetFiles("src/*/*.csproj"))
        DotNetPack(project.FullPath, new() { Configuration = Configuration, OutputDirectory = "artifacts/packages", NoLogo = true });
});

RunTarget(target);
