using System.CommandLine;
using SparseProf.Cli.Output;
using SparseProf.Workloads.Data;
using SparseProf.Workloads.Data.Files;

namespace SparseProf.Cli.Commands;

/// <summary><c>sparseprof data check</c>: opens a data set as training would, and says what is in it.</summary>
internal static class DataCheckCommand
{
    public static Command Build()
    {
        var name = new Argument<string>("NAME") { Description = $"{string.Join(", ", DataCatalog.All.Select(entry => entry.Name))}." };
        var folder = new Argument<string?>("DIR") { Description = "Where its files lie; for text any folder of it.", Arity = ArgumentArity.ZeroOrOne };
        var json = CommonOptions.Json();
        var command = new Command("check", "Opens a data set as training would: sizes, sums, content.") { name, folder, json };
        command.SetAction(parsed =>
        {
            var entry = DataCatalog.Find(parsed.GetValue(name)!, "NAME");
            var place = parsed.GetValue(folder);
            var data = DataCatalog.Open(entry.Name, new DataOptions(place));
            var checkedBy = entry switch
            {
                { Synthetic: true } => "made now by a program; there are no files",
                { Archive: null } => "any text will do",
                { Archive: { } archive } when new DataFolder(archive, place).HasSums => "sizes, the sums taken when the archive was unpacked, content",
                _ => "sizes and content; sums of single files are not published, so let 'data get' unpack the archive to have them checked",
            };
            if (parsed.GetValue(json))
                JsonOutput.Write(new { data.Name, data.Synthetic, Train = data.Train.Count, Validation = data.Validation.Count, data.Classes, data.Vocabulary, CheckedBy = checkedBy });
            else
                Write(data, checkedBy);
        });
        return command.WithExamples("sparseprof data check cifar10 data", "sparseprof data check text            # the .NET SDK's reference", "sparseprof data check text novels");
    }

    private static void Write(DataSet data, string checkedBy)
    {
        var what = data.Train is ClassificationSplit ? "classes" : "tokens to predict";
        Console.Out.WriteLine($"{data.Name}: good{(data.Synthetic ? " (synthetic)" : "")}");
        Console.Out.WriteLine($"  {data.Train.Count} examples to train on, {data.Validation.Count} in {data.Validation.Name}, {data.Classes} {what}{(data.Vocabulary is { } tokens ? $", a vocabulary of {tokens}" : "")}");
        Console.Out.WriteLine($"  checked: {checkedBy}");
    }
}
