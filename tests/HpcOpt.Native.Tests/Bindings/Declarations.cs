using System.Reflection;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using HpcOpt.Interop;

namespace HpcOpt.Native.Tests.Bindings;

/// <summary>Functions, records with their layout, and constants of the header and the bindings, as lines to compare.</summary>
internal static class Declarations
{
    private const string Prefix = "hpc_";
    private const string ConstantPrefix = "HPC_";

    // As generate.rsp has it.
    private const string NoVisibility = "-DHPC_API=";

    /// <summary>Of the bindings.</summary>
    public static IEnumerable<string> OfBindings()
    {
        foreach (MethodInfo method in typeof(NativeMethods).GetMethods(BindingFlags.Public | BindingFlags.Static))
            yield return Function(method.Name, method.ReturnType.Name,
                method.GetParameters().Select(parameter => $"{parameter.ParameterType.Name} {parameter.Name}"));
        foreach (Type record in typeof(NativeMethods).Assembly.GetTypes().Where(type => type.Name.StartsWith(Prefix)))
        {
            yield return Record(record.Name, Marshal.SizeOf(record));
            foreach (FieldInfo field in record.GetFields())
                yield return Field(record.Name, field.Name, field.FieldType.Name, (int)Marshal.OffsetOf(record, field.Name));
        }

        foreach (FieldInfo constant in typeof(NativeMethods).GetFields().Where(field => field.IsLiteral))
            yield return Constant(constant.Name, $"{constant.GetRawConstantValue()}");
    }

    /// <summary>Of a header: what clang reads in it, and the layout that a program compiled with it prints.</summary>
    public static IEnumerable<string> OfHeader(string header)
    {
        JsonNode tree = JsonNode.Parse(
            Command.Run("clang", "clang", "-x", "c", NoVisibility, "-Xclang", "-ast-dump=json", "-fsyntax-only", header))!;
        JsonNode[] declared = [.. tree["inner"]!.AsArray().Where(node => $"{node!["name"]}".StartsWith(Prefix)).OfType<JsonNode>()];
        JsonNode[] records = [.. declared.Where(node => Kind(node) == "RecordDecl")];
        Dictionary<string, int> layout = Layout(header, records);

        foreach (JsonNode function in declared.Where(node => Kind(node) == "FunctionDecl"))
            yield return Function(Name(function), Managed(CType(function).Split('(')[0]),
                Inner(function, "ParmVarDecl").Select(parameter => $"{Managed(CType(parameter))} {Name(parameter)}"));
        foreach (JsonNode record in records)
        {
            yield return Record(Name(record), layout[Name(record)]);
            foreach (JsonNode field in Inner(record, "FieldDecl"))
                yield return Field(Name(record), Name(field), Managed(CType(field)), layout[$"{Name(record)}.{Name(field)}"]);
        }

        foreach (string[] define in Command.Lines("clang", "clang", "-x", "c", NoVisibility, "-E", "-dM", header).Select(
            line => line.Split(' ', 3)))
        {
            if (define[1].StartsWith(ConstantPrefix) && define[2].Length > 0)
                yield return Constant(define[1], define[2]);
        }
    }

    // Sizes and offsets are the compiler's business, not the syntax tree's.
    private static Dictionary<string, int> Layout(string header, IEnumerable<JsonNode> records)
    {
        using TemporaryFolder folder = new();
        IEnumerable<string> prints = records.SelectMany(record => Inner(record, "FieldDecl")
            .Select(field => $"""printf("{Name(record)}.{Name(field)} %zu\n", offsetof({Name(record)}, {Name(field)}));""")
            .Prepend($"""printf("{Name(record)} %zu\n", sizeof({Name(record)}));"""));
        File.WriteAllText(folder["probe.c"],
            $"#include <stddef.h>\n#include <stdio.h>\n#include \"{header}\"\n"
            + $"int main(void) {{ {string.Join('\n', prints)} return 0; }}\n");
        Command.Run("clang", "clang", "-o", folder["probe"], folder["probe.c"]);
        return Command.Lines("clang", folder["probe"]).Select(line => line.Split(' ')).ToDictionary(
            parts => parts[0], parts => int.Parse(parts[1]));
    }

    private static IEnumerable<JsonNode> Inner(JsonNode node, string kind) =>
        node["inner"]?.AsArray().OfType<JsonNode>().Where(inner => Kind(inner) == kind) ?? [];

    private static string Kind(JsonNode node) => (string)node["kind"]!;

    private static string Name(JsonNode node) => (string)node["name"]!;

    private static string CType(JsonNode node) => (string)node["type"]!["qualType"]!;

    /// <summary>The name that the run-time gives to what a C type is in C#.</summary>
    private static string Managed(string type)
    {
        string plain = type.Replace("const ", "").Replace("struct ", "").Replace(" ", "");
        string name = plain.TrimEnd('*');
        return plain.Replace(name, name switch
        {
            "void" => "Void",
            "char" => "SByte",
            "int32_t" => "Int32",
            "uint32_t" => "UInt32",
            "int64_t" => "Int64",
            "uint64_t" => "UInt64",
            "float" => "Single",
            "double" => "Double",
            _ when name.StartsWith(Prefix) => name,
            _ => $"unknown to this test: {type}",
        });
    }

    private static string Function(string name, string result, IEnumerable<string> parameters) =>
        $"function {result} {name}({string.Join(", ", parameters)})";

    private static string Record(string name, int size) => $"record {name}: {size} bytes";

    private static string Field(string record, string name, string type, int offset) => $"field {type} {record}.{name} at {offset}";

    private static string Constant(string name, string value) => $"constant {name} = {value}";
}
