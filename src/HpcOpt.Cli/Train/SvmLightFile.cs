namespace HpcOpt.Cli.Train;

/// <summary>Which files are svmlight's: their names say so, because a row of numbers may be either.</summary>
internal static class SvmLightFile
{
    public const string Endings = ".svm, .svmlight or .libsvm, plain or .gz";

    public static bool IsMeant(string? path) =>
        path is not null && Path.GetExtension(path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? path[..^3] : path)
            .ToLowerInvariant() is ".svm" or ".svmlight" or ".libsvm";
}
