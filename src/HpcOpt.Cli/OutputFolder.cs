namespace HpcOpt.Cli;

/// <summary>A folder that receives several files together: all of them, or none.</summary>
internal sealed class OutputFolder
{
    private readonly string _option;
    private readonly string _path;

    /// <summary>Creates the folder if need be and tries it, before any work is done for it.</summary>
    /// <param name="option">The option that names it, such as <c>--out</c>.</param>
    /// <param name="path">The folder.</param>
    /// <exception cref="CliException">It cannot be created or written.</exception>
    public OutputFolder(string option, string path)
    {
        (_option, _path) = (option, path);
        try
        {
            Directory.CreateDirectory(path);
            File.Create(Temporary("writable"), bufferSize: 1, FileOptions.DeleteOnClose).Dispose();
        }
        catch (Exception e) when (IsRefusal(e))
        {
            throw CannotWrite(e);
        }
    }

    /// <summary>Writes the files under temporary names, and renames them when all are complete.</summary>
    /// <exception cref="CliException">A file cannot be written.</exception>
    public void Write(IReadOnlyCollection<(string Name, byte[] Content)> files)
    {
        try
        {
            foreach ((string name, byte[] content) in files)
            {
                File.WriteAllBytes(Temporary(name), content);
            }

            foreach ((string name, _) in files)
            {
                File.Move(Temporary(name), Path.Combine(_path, name), overwrite: true);
            }
        }
        catch (Exception e) when (IsRefusal(e))
        {
            foreach ((string name, _) in files)
            {
                File.Delete(Temporary(name));
            }

            throw CannotWrite(e);
        }
    }

    private static bool IsRefusal(Exception e) => e is IOException or UnauthorizedAccessException or ArgumentException;

    private string Temporary(string name) => Path.Combine(_path, $".{name}.{Environment.ProcessId}.tmp");

    private CliException CannotWrite(Exception e) => new(
        ExitCode.BadInput,
        $"{_option} {_path}: cannot be written: {e.Message.TrimEnd('.')}; name a folder that can be created and written.", e);
}
