using System.Runtime.InteropServices;
using HpcOpt.Tests;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace HpcOpt.Docs.Tests;

/// <summary>A program of one snippet, outside the repository, as a user makes it.</summary>
/// <remarks>
/// What surrounds the snippet is what <c>dotnet new console</c> gives: the SDK's implicit usings, nullable, and no unsafe code unless the
/// snippet has some, for which its page names the property to set.
/// Its assembly has a name that the libraries do not befriend, so no internal is visible.
/// </remarks>
internal sealed class SnippetProject : IDisposable
{
    private const string ImplicitUsings = """
        global using System;
        global using System.Collections.Generic;
        global using System.IO;
        global using System.Linq;
        global using System.Net.Http;
        global using System.Threading;
        global using System.Threading.Tasks;
        """;

    private const string RuntimeConfig = """
        {
          "runtimeOptions": {
            "tfm": "net10.0",
            "framework": { "name": "Microsoft.NETCore.App", "version": "10.0.0" },
            "configProperties": { "System.Globalization.Invariant": true }
          }
        }
        """;

    private const string AssemblyName = "snippet";

    private static readonly CSharpParseOptions Language = new(LanguageVersion.CSharp14);
    private static readonly SyntaxTree Surroundings = CSharpSyntaxTree.ParseText(ImplicitUsings, Language);
    private static readonly MetadataReference[] References =
        [.. FrameworkFiles().Concat(LibraryFiles()).Select(file => MetadataReference.CreateFromFile(file))];

    private readonly CSharpCompilation _compilation;
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("hpcopt-docs-");

    public SnippetProject(Block snippet)
    {
        SyntaxTree tree = CSharpSyntaxTree.ParseText(snippet.Text, Language, snippet.ToString());
        IsProgram = tree.GetCompilationUnitRoot().Members.OfType<GlobalStatementSyntax>().Any();
        _compilation = CSharpCompilation.Create(
            AssemblyName,
            [Surroundings, tree],
            References,
            new(
                IsProgram ? OutputKind.ConsoleApplication : OutputKind.DynamicallyLinkedLibrary,
                nullableContextOptions: NullableContextOptions.Enable,
                optimizationLevel: OptimizationLevel.Release,
                allowUnsafe: tree.GetRoot().DescendantTokens().Any(token => token.IsKind(SyntaxKind.UnsafeKeyword))));
    }

    /// <summary>Whether there is something to run: statements outside any type.</summary>
    public bool IsProgram { get; }

    private string Assembly => Path.Combine(_folder.FullName, $"{AssemblyName}.dll");

    /// <summary>Errors and warnings, each with its line in the snippet.</summary>
    public string[] Build(CancellationToken cancelled)
    {
        IEnumerable<Diagnostic> all = _compilation.Emit(Assembly, cancellationToken: cancelled).Diagnostics;
        return [.. all.Where(diagnostic => diagnostic.Severity >= DiagnosticSeverity.Warning).Select(diagnostic => diagnostic.ToString())];
    }

    /// <summary>Runs the program in its own folder, which holds what the build of a user's project would copy there.</summary>
    public Task<(int ExitCode, string Output, string Error)> Run()
    {
        File.WriteAllText(Path.ChangeExtension(Assembly, ".runtimeconfig.json"), RuntimeConfig);
        string runtimes = Path.Combine(AppContext.BaseDirectory, "runtimes");
        foreach (string entry in Directory.GetFiles(AppContext.BaseDirectory, "*.dll").Append(runtimes))
        {
            File.CreateSymbolicLink(Path.Combine(_folder.FullName, Path.GetFileName(entry)), entry);
        }

        return DotnetProcess.RunIn(_folder.FullName, Assembly, []);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private static IEnumerable<string> FrameworkFiles() =>
        ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(file => file.StartsWith(RuntimeEnvironment.GetRuntimeDirectory(), StringComparison.Ordinal));

    private static IEnumerable<string> LibraryFiles() =>
        new[] { "HpcOpt.dll", "HpcOpt.Blas.dll", "HpcOpt.Training.dll" }.Select(file => Path.Combine(AppContext.BaseDirectory, file));
}
