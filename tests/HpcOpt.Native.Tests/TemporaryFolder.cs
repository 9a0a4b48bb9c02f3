namespace HpcOpt.Native.Tests;

/// <summary>A folder of its own for a test's files.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("hpcopt-native-");

    public string this[string file] => Path.Combine(_folder.FullName, file);

    public string FullName => _folder.FullName;

    public void Dispose() => _folder.Delete(recursive: true);
}
