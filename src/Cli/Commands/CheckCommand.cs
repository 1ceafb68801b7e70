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
        var databases = new Argument<FileInfo[]>("DB") { Description = "Databases to check; they are only read.", Arity = ArgumentArity.OneOrMore };
        var json = CommonOptions.Json();
        var command = new Command("check", "Checks databases for damage: pages, indices, and every row against the checksum that it was written with.") { databases, json };
        command.SetAction((parsed, cancel) => Task.FromResult(Check(parsed.GetValue(databases)!, parsed.GetValue(json), cancel)));
        return command.WithExamples(
            "sparseprof check sparseprof.db",
            "sparseprof check shards/*.db --json");
    }

    private static int Check(FileInfo[] databases, bool json, CancellationToken cancel)
    {
        var documents = new List<object>();
        foreach (var database in databases)
        {
            var (agreed, without) = StoreCheck.Check(database.FullName, cancel);
            if (json)
                documents.Add(new { Db = database.FullName, Sound = true, Rows = agreed, RowsWithoutChecksum = without });
            else
                Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{database}: sound, {agreed:N0} rows agree with their checksums{(without > 0 ? $", {without:N0} of an older schema have none" : "")}"));
        }

        if (json)
            JsonOutput.Write(documents);
        return 0;
    }
}
