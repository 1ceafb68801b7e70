using System.Reflection;

namespace SparseProf.Cli.Commands;

/// <summary>The version of this program, without its commit.</summary>
internal static class ProgramVersion
{
    public static string Current { get; } =
        (typeof(ProgramVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown").Split('+')[0];
}
