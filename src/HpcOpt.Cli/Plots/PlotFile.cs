namespace HpcOpt.Cli.Plots;

/// <summary>The picture that <c>--plot</c> names: its ending and its place are tried before the work.</summary>
internal sealed class PlotFile
{
    private readonly string _path;
    private readonly OutputFile _file;

    /// <exception cref="CliException">The name ends in neither .png nor .svg, or the file cannot be written.</exception>
    public PlotFile(string option, string path)
    {
        if (Path.GetExtension(path).ToUpperInvariant() is not (".PNG" or ".SVG"))
        {
            throw new CliException(ExitCode.Usage, $"{option} {path}: a picture is PNG or SVG; let the name end in .png or .svg.");
        }

        (_path, _file) = (path, new(option, path));
    }

    /// <exception cref="CliException">The file cannot be written.</exception>
    public void Write(Picture picture) => _file.Write(picture.Encode(_path));
}
