using System.Reflection;
using PublicApiGenerator;

namespace HpcOpt.Tests;

/// <summary>The public surface equals <c>src/NAME/PublicApi.txt</c>, so that every change of it shows in a review.</summary>
public class PublicApiTests
{
    private const string AcceptVariable = "HPCOPT_ACCEPT_API";

    [Fact]
    public void The_public_API_is_the_one_in_PublicApi_txt()
    {
        // Linked into each test project: NAME.Tests checks NAME.
        string name = typeof(PublicApiTests).Assembly.GetName().Name!.Replace(".Tests", "", StringComparison.Ordinal);
        string file = Path.Combine(Repository.Root, "src", name, "PublicApi.txt");
        string actual = Assembly.Load(name)
            .GeneratePublicApi(new() { IncludeAssemblyAttributes = false }).ReplaceLineEndings("\n").Trim() + "\n";

        if (Environment.GetEnvironmentVariable(AcceptVariable) == "1")
            File.WriteAllText(file, actual);

        string[] accepted = File.Exists(file) ? File.ReadAllLines(file) : [];
        string[] found = actual.TrimEnd('\n').Split('\n');
        int line = 0;
        while (line < accepted.Length && line < found.Length && accepted[line] == found[line])
            line++;
        if (line < accepted.Length || line < found.Length)
        {
            Assert.Fail($"""
                The public API of {name} differs from src/{name}/PublicApi.txt, first in line {line + 1}:
                  accepted: {accepted.ElementAtOrDefault(line) ?? "(end of file)"}
                  found:    {found.ElementAtOrDefault(line) ?? "(end of file)"}
                If the change is meant, accept it with {AcceptVariable}=1 ./build.sh --target=Test and commit the file.
                """);
        }
    }
}
