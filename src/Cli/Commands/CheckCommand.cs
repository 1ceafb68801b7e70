using System.CommandLine;
using System.Globalization;
using SparseProf.Cli.Output;
using SparseProf.Store;

namespace SparseProf.Cli.Commands;

/// <summary><c>sparseprof check</c>: whether databases still are what was written to them.</summary>
internal static class CheckCommand
{
    public static Command Build()
    {
        var databases = new Argument<FileInfo[]>("DB") { Description = "Databases to check; without --upgrade they are only read.", Arity = ArgumentArity.OneOrMore };
        var upgrade = new Option<bool>("--upgrade") { Description = "First bring databases of an older schema up to date, each in one transaction." };
        var json = CommonOptions.Json();
        var command = new Command("check", "Checks databases for damage: pages, indices, and every row against the checksum that it was written with.") { databases, upgrade, json };
        command.SetAction((parsed, cancel) => Task.FromResult(Check(parsed.GetValue(databases)!, parsed.GetValue(upgrade), parsed.GetValue(json), cancel)));
        return command.WithExamples(
            "sparseprof check sparseprof.db",
            "sparseprof check shards/*.db --json",
            "sparseprof check shards/*.db --upgrade        # of an older SparseProf, so that merge takes them");
    }

    private static int Check(FileInfo[] databases, bool upgrade, bool json, CancellationToken cancel)
    {
        var documents = new List<object>();
        foreach (var database in databases)
        {
            var schema = upgrade ? StoreUpgrade.Upgrade(database.FullName) : default;
            var upgradedFrom = schema.Before < schema.After ? schema.Before : (long?)null;
            var (agreed, without) = StoreCheck.Check(database.FullName, cancel);
            if (json)
                documents.Add(new { Db = database.FullName, Sound = true, Rows = agreed, RowsWithoutChecksum = without, UpgradedFromSchema = upgradedFrom });
            else
                Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{database}: {(upgradedFrom is { } old ? $"brought from schema {old} to {schema.After}, " : "")}sound, {agreed:N0} rows agree with their checksums{(without > 0 ? $", {without:N0} of an older schema have none" : "")}"));
        }

        if (json)
            JsonOutput.Write(documents);
        return 0;
    }
}
