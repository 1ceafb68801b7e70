using System.Xml.Linq;
using SparseProf.Testing;

namespace SparseProf.Repository.Tests;

/// <summary>The dependency table of the design, checked against the project files.</summary>
public class DependencyTests
{
    private static readonly Dictionary<string, string[]> s_allowed = new()
    {
        ["Ops"] = [],
        ["Torch"] = [],
        ["Store"] = ["Ops"],
        ["Workloads"] = ["Ops", "Torch"],
        ["Profiler"] = ["Workloads", "Store"],
        ["CostModel"] = ["Store"],
        ["Reports"] = ["CostModel"],
        ["Cli"] = ["Profiler", "CostModel", "Reports"],
    };

    public static TheoryData<string> Projects() =>
        [.. Directory.GetDirectories(Path.Combine(SharedData.RepositoryRoot, "src")).Select(folder => Path.GetFileName(folder)!)];

    [Theory]
    [MemberData(nameof(Projects))]
    public void A_project_references_only_what_the_design_allows(string project)
    {
        Assert.True(s_allowed.ContainsKey(project), $"src/{project} is not in the dependency table");

        Assert.Empty(Items(project, "ProjectReference").Select(reference => Path.GetFileNameWithoutExtension(reference)).Except(s_allowed[project]));
    }

    [Theory]
    [InlineData("Microsoft.Data.Sqlite", "Store")]
    [InlineData("System.CommandLine", "Cli")]
    [InlineData("Spectre.Console", "Cli")]
    [InlineData("YamlDotNet", "Cli")]
    public void A_heavy_dependency_has_one_home(string package, string home)
    {
        var users = s_allowed.Keys.Where(project => Directory.Exists(Folder(project)) && Items(project, "PackageReference").Contains(package));

        Assert.Equal([home], users);
    }

    [Fact]
    public void Every_package_version_is_pinned_in_one_place()
    {
        var loose = Directory.GetFiles(SharedData.RepositoryRoot, "*.csproj", SearchOption.AllDirectories)
            .Where(file => XDocument.Load(file).Descendants("PackageReference").Any(reference => reference.Attribute("Version") is not null));

        Assert.Empty(loose);
    }

    private static string Folder(string project) => Path.Combine(SharedData.RepositoryRoot, "src", project);

    private static IEnumerable<string> Items(string project, string kind) =>
        XDocument.Load(Path.Combine(Folder(project), project + ".csproj")).Descendants(kind).Select(item => item.Attribute("Include")!.Value);
}
