using System.CommandLine;
using SparseProf.Cli.Output;
using SparseProf.CostModel.Hardware;
using SparseProf.CostModel.Latency;
using SparseProf.Ops;
using SparseProf.Ops.Errors;
using SparseProf.Ops.Units;
using SparseProf.Store;

namespace SparseProf.Cli.Commands;

/// <summary><c>sparseprof profiles</c>: the accelerators that are known, each number with its sources.</summary>
internal static class ProfilesCommand
{
    public static Command Build() =>
        new Command("profiles", "Hardware profiles: list them, show one, check a file of your own, export a measured run as one.") { ListCommand(), ShowCommand(), CheckCommand(), ExportCommand() }
            .WithExamples("sparseprof profiles list", "sparseprof profiles show nvidia-h100-sxm5-80gb", "sparseprof profiles check mine.json", "sparseprof profiles export --run 1 --out mine.json");

    private static Command ListCommand()
    {
        var json = CommonOptions.Json();
        var command = new Command("list", "One line for each accelerator.") { json };
        command.SetAction(parsed =>
        {
            var profiles = ProfileCatalog.Ids.Select(ProfileCatalog.Load).ToArray();
            if (parsed.GetValue(json))
            {
                JsonOutput.Write(profiles.Select(Document));
                return;
            }

            var table = new TextTable().Text("id", "name").Numbers("bf16 dense", "bf16 2:4", "bandwidth", "memory", "TDP", "USD/h");
            foreach (var profile in profiles)
            {
                table.Row(
                    profile.Id, profile.Name, Rate(profile.Peak(DType.Bf16)), Rate(profile.PeakTwoFour.GetValueOrDefault("bf16", Fact.Unknown).Value),
                    profile.Number("memory_bandwidth_bytes_per_s").Value is { } bandwidth ? new BytesPerSecond(bandwidth).ToString() : "-",
                    profile.MemoryBytes is { } bytes ? $"{bytes / 1e9:0} GB" : "-",
                    profile.TdpWatts is { } watts ? $"{watts:0} W" : "-",
                    profile.PriceUsdPerHour is { } price ? $"{price:0.00}" : "-");
            }

            table.Write(Console.Out);
        });
        return command.WithExamples("sparseprof profiles list", "sparseprof profiles list --json");
    }

    private static Command ShowCommand()
    {
        var id = new Argument<string>("id") { Description = "An id of 'profiles list', or a profile file." };
        var json = CommonOptions.Json();
        var command = new Command("show", "Every number of one profile, with confidence and sources.") { id, json };
        command.SetAction(parsed =>
        {
            var profile = ProfileCatalog.Load(parsed.GetValue(id)!);
            if (parsed.GetValue(json))
            {
                JsonOutput.Write(Document(profile));
                return;
            }

            Console.Out.WriteLine($"{profile.Name} ({profile.Architecture}), {profile.Id}");
            var table = new TextTable().Text("what").Numbers("value").Text("confidence").Prose("sources");
            foreach (var (name, fact) in Facts(profile))
                table.Row(name, fact.Value is { } value ? $"{value:G6}" : "-", fact.Confidence + (fact.Disputed ? ", disputed" : ""), string.Join(", ", fact.Sources) + (fact.Note is null ? "" : $" ({fact.Note})"));
            table.Write(Console.Out);
        });
        return command.WithExamples("sparseprof profiles show nvidia-h200-sxm-141gb");
    }

    private static Command CheckCommand()
    {
        var file = new Argument<string>("file") { Description = "The profile to check." };
        var json = CommonOptions.Json();
        var command = new Command("check", "Check a profile: unknown keys, impossible numbers.") { file, json };
        command.SetAction(parsed =>
        {
            var profile = ProfileFile.Read(parsed.GetValue(file)!);
            if (parsed.GetValue(json))
                JsonOutput.Write(new { profile.Id, Valid = true, Unknown = Facts(profile).Where(pair => pair.Fact.Value is null).Select(pair => pair.Name) });
            else
                Console.Out.WriteLine($"{profile.Id} is a valid profile; unknown: {string.Join(", ", Facts(profile).Where(pair => pair.Fact.Value is null).Select(pair => pair.Name))}");
        });
        return command.WithExamples("sparseprof profiles check mine.json");
    }

    private static Command ExportCommand()
    {
        var run = new Option<long?>("--run") { Description = "The run; the latest if not given.", HelpName = "ID" };
        var id = new Option<string?>("--id") { Description = "Id of the profile; from the device's name if not given.", HelpName = "ID" };
        var output = new Option<string?>("--out") { Description = "Write the profile here; standard output without it.", HelpName = "FILE" };
        var kernels = new Option<string?>("--kernels") { Description = "Write the run's kernels here as a CSV for 'fit latency' and 'predict kernels': the fastest verified way of each.", HelpName = "FILE" };
        var database = CommonOptions.Database();
        var command = new Command("export", "Write a measured run as a profile: what the device says of itself and the highest rates that kernels reached.") { run, id, output, kernels, database };
        command.SetAction(parsed =>
        {
            using var reader = MeasurementReader.Open(parsed.GetValue(database)!.FullName);
            var number = parsed.GetValue(run) ?? reader.LatestRun()?.Id
                ?? throw new UserErrorException(ErrorKind.WrongUsage, "the database has no run") { Where = reader.Path, Next = "'sparseprof measure' makes one" };
            var text = MeasuredProfile.Of(reader, number, parsed.GetValue(id)).ToJsonString(JsonOutput.Options) + "\n";
            var file = parsed.GetValue(output);
            if (OutputFile.Checked(parsed.GetValue(kernels), "--kernels") is { } table)
            {
                using (var writer = new StreamWriter(table))
                    Console.Error.WriteLine($"{MeasuredKernels.Write(writer, reader, reader.Measurements(number))} kernels of run {number} written to {table}");
                if (file is null)
                    return;
            }

            ProfileFile.Parse(text, file ?? "(exported)");
            if (file is null)
                Console.Out.Write(text);
            else
                File.WriteAllText(file, text);
        });
        return command.WithExamples("sparseprof profiles export --run 1 --out mine.json", "sparseprof profiles export --run 1 --kernels mine.csv   # then: fit latency --csv mine.csv", "sparseprof predict model --workload dense-transformer --dtype fp32 --profile mine.json");
    }

    private static IEnumerable<(string Name, Fact Fact)> Facts(HardwareProfile profile) =>
        [.. profile.Numbers.Select(pair => (pair.Key, pair.Value)),
        .. profile.PeakDense.Select(pair => ($"peak_dense_flops_per_s.{pair.Key}", pair.Value)),
        .. profile.PeakTwoFour.Select(pair => ($"peak_two_four_flops_per_s.{pair.Key}", pair.Value))];

    private static object Document(HardwareProfile profile) => new
    {
        profile.Id,
        profile.Name,
        profile.Vendor,
        profile.Kind,
        profile.Architecture,
        Numbers = profile.Numbers,
        PeakDenseFlopsPerS = profile.PeakDense,
        PeakTwoFourFlopsPerS = profile.PeakTwoFour,
        profile.Estimates,
    };

    private static string Rate(double? value) => value is { } rate ? new FlopsPerSecond(rate).ToString() : "-";
}
