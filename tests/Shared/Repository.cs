using System.Reflection;

namespace HpcOpt.Tests;

internal static class Repository
{
    /// <summary>The root folder of the clone that the build ran in.</summary>
    public static string Root { get; } = typeof(Repository).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>().Single(data => data.Key == "RepositoryRoot").Value!;
}
