using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using SparseProf.Ops;
using SparseProf.Ops.Architectures;
using SparseProf.Workloads.Data;
using SparseProf.Workloads.Sparsity;
using SparseProf.Workloads.Training.Optimizers;

namespace SparseProf.Workloads.Training.Checkpoints;

/// <summary>A plan as JSON: what the store keeps of it, and what a checkpoint is compared by.</summary>
public static class PlanJson
{
    private static readonly JsonSerializerOptions s_options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new MethodConverter(), new JsonStringEnumConverter<OptimizerKind>(new LowerCase()), new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower), new PatternConverter() },
    };

    // Names of which the first trainings were stored with others than the command line's.
    private static readonly (string Part, string Field, string Then, string Now)[] s_renamed =
    [
        ("sparsity", "method", "rig_l", "rigl"),
        ("sparsity", "method", "sr_ste", "sr-ste"),
        ("optimizer", "kind", "adam_w", "adamw"),
    ];

    /// <summary>What case keys are made of: the plan with the names of the first trainings, so that equal plans meet in databases of any age.</summary>
    public static string KeyText(TrainingPlan plan, DataSet data)
    {
        var json = Of(plan, data);
        foreach (var (part, field, then, now) in s_renamed)
            Rename(json, part, field, now, then);
        return json.ToJsonString();
    }

    /// <summary>A plan that was stored at any time, with the names of now.</summary>
    public static JsonNode? Read(string text)
    {
        var json = JsonNode.Parse(text);
        foreach (var (part, field, then, now) in s_renamed)
            Rename(json, part, field, then, now);
        return json;
    }

    public static JsonObject Of(TrainingPlan plan, DataSet data)
    {
        var architecture = plan.Workload.Architecture;
        return new JsonObject
        {
            ["workload"] = plan.Workload.Name,
            ["architecture"] = JsonSerializer.SerializeToNode(architecture, architecture.GetType(), s_options),
            ["data_set"] = data.Name,
            ["examples"] = data.Train.Count,
            ["steps"] = plan.Steps,
            ["batch"] = plan.Batch,
            ["seed"] = plan.Seed,
            ["optimizer"] = JsonSerializer.SerializeToNode(plan.Optimizer, s_options),
            ["schedule"] = JsonSerializer.SerializeToNode(plan.Schedule, s_options),
            ["clip_norm"] = plan.ClipNorm,
            ["label_smoothing"] = plan.LabelSmoothing,
            ["augment"] = plan.Augment,
            ["sparsity"] = JsonSerializer.SerializeToNode(plan.Sparsity, s_options),
            ["router"] = architecture is TransformerConfig { Routing: not null } ? JsonSerializer.SerializeToNode(plan.Router, s_options) : null,
            ["smupar"] = plan.SmuPar is null ? null : JsonSerializer.SerializeToNode(plan.SmuPar, s_options),
        };
    }

    /// <summary>Where two plans differ, as <c>optimizer.learning_rate: 0.1 there, 0.2 here</c>.</summary>
    public static IEnumerable<string> Differences(JsonNode? there, JsonNode? here, string path = "")
    {
        if (there is JsonObject left && here is JsonObject right)
        {
            return left.Select(pair => pair.Key).Union(right.Select(pair => pair.Key))
                .SelectMany(key => Differences(left[key], right[key], path.Length == 0 ? key : $"{path}.{key}"));
        }

        return JsonNode.DeepEquals(there, here) ? [] : [$"{path}: {there?.ToJsonString() ?? "none"} there, {here?.ToJsonString() ?? "none"} here"];
    }

    private static void Rename(JsonNode? json, string part, string field, string from, string to)
    {
        if (json is JsonObject plan && plan[part] is JsonObject fields && fields[field] is JsonValue value && value.TryGetValue(out string? name) && name == from)
            fields[field] = to;
    }

    private sealed class LowerCase : JsonNamingPolicy
    {
        public override string ConvertName(string name) => name.ToLowerInvariant();
    }

    private sealed class MethodConverter : JsonConverter<SparseMethod>
    {
        public override SparseMethod Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => SparseMethods.Parse(reader.GetString() ?? "");

        public override void Write(Utf8JsonWriter writer, SparseMethod value, JsonSerializerOptions options) => writer.WriteStringValue(value.Name());
    }

    private sealed class PatternConverter : JsonConverter<SparsityPattern>
    {
        public override SparsityPattern Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            SparsityPatternText.Parse(reader.GetString() ?? "");

        public override void Write(Utf8JsonWriter writer, SparsityPattern value, JsonSerializerOptions options) => writer.WriteStringValue(value.Text);
    }
}
