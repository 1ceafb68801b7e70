using System.Text.RegularExpressions;
using SparseProf.Testing;

namespace SparseProf.Repository.Tests;

public class SolutionTests
{
    [Fact]
    public void The_solution_holds_every_project_of_the_tree()
    {
        var root = SharedData.RepositoryRoot;
        var solution = File.ReadAllText(Path.Combine(root, "SparseProf.sln"));

        var missing = new[] { "src", "tests", "bench" }
            .Select(folder => Path.Combine(root, folder))
            .Where(Directory.Exists)
            .SelectMany(folder => Directory.GetFiles(folder, "*.csproj", SearchOption.AllDirectories))
            .Select(file => Path.GetRelativePath(root, file).Replace('/', '\\'))
            .Where(file => !solution.Contains(file, StringComparison.Ordinal));

        Assert.Empty(missing);
    }

    [Fact]
    public void The_readme_names_only_targets_that_the_makefile_has()
    {
        var root = SharedData.RepositoryRoot;
        var makefile = File.ReadAllText(Path.Combine(root, "Makefile"));
        var readme = File.ReadAllText(Path.Combine(root, "README.md"));

        var named = Regex.Matches(readme, "make (?<target>[a-z][a-z-]+)", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(5))
            .Select(match => match.Groups["target"].Value)
            .Distinct();

        Assert.All(named, target => Assert.Contains($"\n{target}:", makefile));
    }
}
