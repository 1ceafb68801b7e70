using System.CommandLine;
using System.Globalization;
using SparseProf.Cli.Output;
using SparseProf.Store.Merging;

namespace SparseProf.Cli.Commands;

/// <summary><c>sparseprof merge</c>: one database from many, whatever their order and however often.</summary>
internal static class MergeCommand
{
    public static Command Build()
    {
        var output = new Argument<FileInfo>("OUT") { Description = "The merged database; what it already holds is kept." };
        var shards = new Argument<FileInfo[]>("SHARD") { Description = "Databases to merge; they are only read.", Arity = ArgumentArity.OneOrMore };
        var json = CommonOptions.Json();
        var command = new Command("merge", "Merges databases of many machines or tasks into one; the same measurement is taken once, every raw sample is kept.") { output, shards, json };
        command.SetAction((parsed, cancel) => Task.FromResult(Merge(parsed.GetValue(output)!.FullName, [.. parsed.GetValue(shards)!.Select(shard => shard.FullName)], parsed.GetValue(json), cancel)));
        return command.WithExamples(
            "sparseprof merge all.db node1.db node2.db",
            "sparseprof merge all.db shards/*.db           # again later: only what is new is added",
            "sparseprof merge all.db shards/*.db --json");
    }

    private static int Merge(string output, string[] shards, bool json, CancellationToken cancel)
    {
        var progress = ProgressLine.OnStandardError();
        var shown = -1;
        var result = ShardMerge.Into(output, shards, (done, all) =>
        {
            var percent = 100 * done / all;
            if (percent / 5 != shown)
                progress.Step($"{all} runs", done + 1, all, done / (double)all);
            shown = percent / 5;
        }, cancel);
        progress.Finish();
        if (json)
        {
            JsonOutput.Write(new { Db = output, result.Shards, result.Runs, result.Measurements, result.Cases, result.Samples, result.Known });
            return 0;
        }

        Console.Out.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{output}: {result.Runs:N0} runs, {result.Measurements:N0} measurements of {result.Cases:N0} cases, {result.Samples:N0} samples, from {result.Shards} shards"));
        if (result.Known > 0)
            Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{result.Known:N0} measurements stood in more than one file and were taken once"));
        return 0;
    }
}
