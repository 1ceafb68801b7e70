using System.Globalization;
using System.Text.Json.Nodes;
using SparseProf.Ops.Errors;
using SparseProf.Workloads.Data;
using SparseProf.Workloads.Modules;

namespace SparseProf.Workloads.Training.Checkpoints;

/// <summary>The state of a training between two steps: weights, running statistics, masks, the optimizer's state, the step.</summary>
internal static class Checkpoint
{
    // Differences between two plans that a message names.
    private const int Shown = 4;

    public static void Save(string path, Trainer trainer, DataSet data) => AtomicFile.Write(path, stream => Safetensors.Write(stream, Tensors(trainer), new Dictionary<string, string>
    {
        ["format"] = "sparseprof-training-1",
        ["plan"] = PlanJson.Of(trainer.Plan, data).ToJsonString(),
        ["step"] = trainer.StepsDone.ToString(CultureInfo.InvariantCulture),
        ["optimizer_steps"] = trainer.Optimizer.Steps.ToString(CultureInfo.InvariantCulture),
        ["dense_equivalent_flops"] = trainer.DenseEquivalentFlops.ToString("R", CultureInfo.InvariantCulture),
        ["nonzero_flops"] = trainer.NonzeroFlops.ToString("R", CultureInfo.InvariantCulture),
    }));

    public static void Load(string path, Trainer trainer, DataSet data)
    {
        SafetensorsReader.Read(path, Tensors(trainer), metadata =>
        {
            CheckPlan(path, (string?)metadata["plan"], PlanJson.Of(trainer.Plan, data));
            trainer.Restore(
                (long)Number(metadata, "step"), (long)Number(metadata, "optimizer_steps"), Number(metadata, "dense_equivalent_flops"), Number(metadata, "nonzero_flops"));
        });
    }

    private static double Number(JsonObject metadata, string name) => double.Parse((string?)metadata[name] ?? "", CultureInfo.InvariantCulture);

    private static List<NamedTensor> Tensors(Trainer trainer) =>
    [
        .. trainer.Model.Parameters().Concat(trainer.Model.Buffers()).Select(tensor => tensor with { Name = "model." + tensor.Name }),
        .. trainer.Optimizer.State().Select(tensor => tensor with { Name = "optimizer." + tensor.Name }),
    ];

    private static void CheckPlan(string path, string? text, JsonObject here)
    {
        var there = text is null ? null : PlanJson.Read(text);
        // Numbers compare by their text, as they come out of a file.
        var differences = PlanJson.Differences(there, JsonNode.Parse(here.ToJsonString())).ToList();
        if (differences.Count == 0)
            return;
        var shown = string.Join("; ", differences.Take(Shown)) + (differences.Count > Shown ? $"; and {differences.Count - Shown} more" : "");
        throw new UserErrorException(ErrorKind.WrongUsage, there is null ? "the file is not a checkpoint of a training" : $"the checkpoint is of another training: {shown}")
        {
            Where = path,
            Next = "give the same options as before, or another --checkpoint to start anew",
        };
    }
}
