namespace HpcOpt.Cli;

/// <summary>A file that an option names: tried before the work, written when it is done, complete or not at all.</summary>
internal sealed class OutputFile
{
    private readonly OutputFolder _folder;
    private readonly string _name;

    /// <exception cref="CliException">The file cannot be written.</exception>
    public OutputFile(string option, string path)
    {
        _name = Path.GetFileName(path);
        if (_name.Length == 0 || Directory.Exists(path))
        {
            throw new CliException(ExitCode.BadInput, $"{option} {path}: is a folder; name a file in it.");
        }

        _folder = new(option, Path.GetDirectoryName(Path.GetFullPath(path))!);
    }

    /// <exception cref="CliException">The file cannot be written.</exception>
    public void Write(byte[] content) => _folder.Write([(_name, content)]);
}
