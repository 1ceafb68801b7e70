using System.CommandLine;
using SparseProf.Cli.Output;
using SparseProf.CostModel.Energy;
using SparseProf.CostModel.Hardware;
using SparseProf.CostModel.Latency;
using SparseProf.Ops;
using SparseProf.Ops.Architectures;
using SparseProf.Ops.Errors;
using SparseProf.Ops.Statistics;
using SparseProf.Ops.Units;
using SparseProf.Workloads;

namespace SparseProf.Cli.Commands;

/// <summary><c>sparseprof predict model</c>: one forward pass of a published model on one or more devices.</summary>
internal static class PredictModelCommand
{
    public static Command Build()
    {
        var config = new Option<string?>("--config") { Description = "A Hugging Face config.json.", HelpName = "FILE" };
        var workload = new Option<string?>("--workload") { Description = $"In place of --config: {string.Join(", ", WorkloadCatalog.All.Select(known => known.Name))}.", HelpName = "NAME" };
        var batch = new Option<long>("--batch") { Description = "Sequences.", DefaultValueFactory = _ => 1 };
        var sequence = new Option<long?>("--seq") { Description = "Tokens a sequence; cached tokens with --phase decode. Default 512, or the workload's own." };
        var dtype = new Option<string>("--dtype") { Description = string.Join(", ", DTypes.Names), DefaultValueFactory = _ => "bf16" };
        var pattern = new Option<string?>("--pattern") { Description = "Of the weights of linear layers: dense, 2:4, block:32x32@0.2, csr@0.1. Default dense, or the workload's own." };
        var phase = new Option<Phase>("--phase") { Description = "prefill: one pass over the tokens; decode: one new token a sequence." };
        var graph = new Option<bool>("--graph") { Description = "Kernels are replayed as a CUDA graph: none waits for the host, who is taken to need 5 µs a kernel otherwise." };
        var profile = ModelOptions.Profile();
        var calibration = ModelOptions.Calibrations();
        var cost = new CostOptions();
        var priors = ModelOptions.Priors();
        var seed = CommonOptions.Seed();
        var json = CommonOptions.Json();
        var command = new Command("model", "Predict latency, energy, price, carbon and memory of one forward pass.")
        {
            config, workload, batch, sequence, dtype, pattern, phase, graph, profile, calibration, priors, seed, json,
        };
        foreach (var option in cost.All)
            command.Add(option);
        command.SetAction(parsed =>
        {
            var type = DTypes.Parse(parsed.GetValue(dtype)!, "--dtype");
            var format = parsed.GetValue(pattern) is { } text ? SparsityPatternText.Parse(text, "--pattern") : null;
            var sequences = Positive("--batch", parsed.GetValue(batch));
            var tokens = parsed.GetValue(sequence) is { } given ? Positive("--seq", given) : (long?)null;
            var work = Work(parsed.GetValue(config), parsed.GetValue(workload), sequences, tokens, type, format, parsed.GetValue(phase));
            var others = Priors.Read(parsed.GetValue(priors) ?? [], parsed.GetValue(seed));
            var ids = parsed.GetValue(profile)!.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            var launching = parsed.GetValue(graph) ? 0 : DevicePredictor.HostSecondsPerKernel;
            var predictions = new List<(ModelPrediction Pass, InferenceCost Cost)>();
            var devices = cost.Priced(parsed, (ids is ["all"] ? ProfileCatalog.Ids : ids).Select(ProfileCatalog.Load));
            var calibrations = ModelOptions.LoadAll(parsed.GetValue(calibration) ?? [], devices);
            var (region, pue) = cost.Read(parsed);
            foreach (var device in devices)
            {
                try
                {
                    var pass = ModelPredictor.Predict(work, device, calibrations.GetValueOrDefault(device.Id), others, launching);
                    predictions.Add((pass, InferenceCost.Of(pass, sequences, device, region, pue)));
                }
                catch (UserErrorException unusable) when (devices.Length > 1)
                {
                    Console.Error.WriteLine($"{device.Id}: {unusable.Message}");
                }
            }

            if (predictions.Count == 0)
                throw new UserErrorException(ErrorKind.WrongUsage, $"no profile of those given has a peak for {type.Name()}") { Next = "choose another --dtype" };
            if (parsed.GetValue(json))
                WriteJson(predictions);
            else
                WriteTable(predictions);
        });
        return command.WithExamples(
            "sparseprof predict model --config bert/config.json --batch 8 --seq 512 --dtype fp16 --profile nvidia-a100-sxm4-80gb,nvidia-h100-sxm5-80gb",
            "sparseprof predict model --workload dense-transformer --dtype fp16 --profile all --region France   # energy, price and carbon",
            "sparseprof predict model --workload dense-transformer --profile nvidia-h200-sxm-141gb --seq 128 --graph",
            "sparseprof predict model --workload switch-moe --batch 8 --dtype fp16 --profile nvidia-l4",
            "sparseprof predict model --config llama/config.json --batch 1 --seq 4096 --phase decode --profile nvidia-h200-sxm-141gb --json");
    }

    private static ModelWork Work(string? config, string? workload, long batch, long? tokens, DType dtype, SparsityPattern? pattern, Phase phase) => (config, workload) switch
    {
        ({ } file, null) => ModelWork.Of(HuggingFaceConfig.Read(file), batch, tokens ?? 512, dtype, pattern ?? SparsityPattern.Dense.Instance, phase),
        (null, { } name) when phase == Phase.Prefill => ModelWork.Of(WorkloadCatalog.Find(name, "--workload").Architecture, batch, tokens, dtype, pattern),
        (null, not null) => throw new UserErrorException(ErrorKind.WrongUsage, "--phase decode needs a decoder") { Next = "name one with --config" },
        _ => throw new UserErrorException(ErrorKind.WrongUsage, "name one model") { Allowed = "either --config FILE or --workload NAME" },
    };

    private static void WriteTable(List<(ModelPrediction Pass, InferenceCost Cost)> predictions)
    {
        var table = new TextTable().Text("profile").Numbers("latency", "low", "high", "energy", "J/inference", "USD/million", "gCO2e/million", "memory").Text("fits", "provenance");
        foreach (var (prediction, cost) in predictions)
        {
            table.Row(
                prediction.Profile, new Seconds(prediction.Seconds.Value).ToString(), new Seconds(prediction.Seconds.Low).ToString(), new Seconds(prediction.Seconds.High).ToString(),
                prediction.Joules is { } joules ? new Joules(joules.Value).ToString() : "-", Number(cost.Joules), Number(cost.UsdPerMillion), Number(cost.GramsPerMillion), $"{prediction.TotalBytes / 1e9:0.00} GB",
                prediction.Fits switch { true => "yes", false => "NO", _ => "?" }, PredictionTable.Name(prediction.Seconds.Provenance) + (prediction.OutOfRange ? ", out of range" : ""));
        }

        table.Write(Console.Out);
    }

    private static void WriteJson(List<(ModelPrediction Pass, InferenceCost Cost)> predictions)
    {
        var documents = predictions.Select(pair => pair is var (prediction, cost) ? new
        {
            prediction.Profile,
            LatencyS = Interval(prediction.Seconds),
            EnergyJ = Interval(prediction.Joules),
            EnergyPerInferenceJ = Interval(cost.Joules),
            UsdPerMillion = Interval(cost.UsdPerMillion),
            Gco2ePerMillion = Interval(cost.GramsPerMillion),
            MemoryBytes = new
            {
                Value = prediction.TotalBytes, // activations freed early take half, a careless allocator twice
                Total = prediction.TotalBytes,
                Low = prediction.TotalBytes - prediction.ActivationBytes / 2,
                High = prediction.TotalBytes + prediction.ActivationBytes,
                Weights = prediction.WeightBytes,
                Activations = prediction.ActivationBytes,
                KvCache = prediction.CacheBytes,
                Device = prediction.DeviceBytes,
                prediction.Fits,
            },
            Provenance = PredictionTable.Name(prediction.Seconds.Provenance),
            Coverage = prediction.Seconds.Coverage,
            prediction.OutOfRange,
            Ops = prediction.Nodes.Select(node => new { node.Name, node.Op, node.Count, LatencyS = Interval(node.Seconds), Provenance = PredictionTable.Name(node.Seconds.Provenance) }),
        } : null!).ToArray();
        if (documents.Length == 1)
            JsonOutput.Write(documents[0]);
        else
            JsonOutput.Write(documents);
    }

    private static object? Interval(Estimate? estimate) => estimate is { } known ? new { known.Value, known.Low, known.High } : null;

    private static string Number(Estimate? estimate) => estimate is { } known ? $"{known.Value:G3} ({known.Low:G3}–{known.High:G3})" : "-";

    private static long Positive(string name, long value) =>
        value is >= 1 and <= 100_000_000 ? value : throw new UserErrorException(ErrorKind.WrongUsage, $"{name} is {value}") { Allowed = "1 to 100000000" };
}
