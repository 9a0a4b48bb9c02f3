using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace HpcOpt.Cli.Commands;

/// <summary>
/// What <c>--json [FILE]</c> asks for: nothing, JSON on standard output, or JSON in a file, which is opened at once, so that a place
/// that cannot be written is an error before the work and not after it.
/// </summary>
internal sealed class JsonReport : IDisposable
{
    /// <summary>The form of all JSON of the tool.</summary>
    public static readonly JsonSerializerOptions Format = new()
    {
        WriteIndented = true,
        NewLine = "\n",
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    private readonly TextWriter _output;
    private readonly string? _path;
    private readonly FileStream? _file;
    private readonly bool _isNew;
    private bool _written;

    /// <summary>The report of a run.</summary>
    /// <param name="wanted">Whether <c>--json</c> was given.</param>
    /// <param name="path">The file; null means standard output.</param>
    /// <param name="output">Standard output.</param>
    /// <exception cref="CliException">The file cannot be written.</exception>
    public JsonReport(bool wanted, string? path, TextWriter output)
    {
        (IsWanted, _path, _output) = (wanted, path, output);
        if (path is null)
        {
            return;
        }

        try
        {
            _isNew = !File.Exists(path);
            _file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.Write);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw CannotWrite(e);
        }
    }

    public bool IsWanted { get; }

    /// <summary>Whether standard output must hold nothing but the report.</summary>
    public bool TakesOutput => IsWanted && _path is null;

    public static Option<string?> Option() => new("--json")
    {
        HelpName = "FILE",
        Description = "Report as JSON, to standard output or to FILE",
        Arity = ArgumentArity.ZeroOrOne,
    };

    public static JsonReport Create(ParseResult result, Option<string?> option) =>
        new(result.GetResult(option) is not null, result.GetValue(option), result.InvocationConfiguration.Output);

    public void Write<T>(T report)
    {
        if (!IsWanted)
        {
            return;
        }

        if (_file is null)
        {
            _output.WriteLine(JsonSerializer.Serialize(report, Format));
            return;
        }

        try
        {
            // A device such as /dev/null has no length to cut.
            if (_file.CanSeek && _file.Length > 0)
            {
                _file.SetLength(0);
            }

            JsonSerializer.Serialize(_file, report, Format);
            _file.WriteByte((byte)'\n');
            _file.Flush();
            _written = true;
        }
        catch (IOException e)
        {
            throw CannotWrite(e);
        }
    }

    /// <summary>Closes the file, and removes it if the run ended without a report and the file was not there before.</summary>
    public void Dispose()
    {
        _file?.Dispose();
        if (_path is not null && _isNew && !_written)
        {
            File.Delete(_path);
        }
    }

    private CliException CannotWrite(Exception e) =>
        new(ExitCode.BadInput,
            $"--json {_path}: cannot be written: {e.Message.TrimEnd('.')}; name a file in a folder that exists and can be written.", e);
}
