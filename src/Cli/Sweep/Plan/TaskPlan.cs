using System.Text.Encodings.Web;
using System.Text.Json;
using SparseProf.CostModel.Latency;
using SparseProf.Ops;
using SparseProf.Ops.Architectures;

namespace SparseProf.Cli.Sweep.Plan;

/// <summary>Writes the cases of one task as a plan of its own, one entry a case: reading it gives the same cases with the same keys.</summary>
internal static class TaskPlan
{
    private static readonly JsonWriterOptions s_options = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <param name="cases">Of one device and one repeat.</param>
    public static byte[] Write(SweepPlan plan, IReadOnlyList<PlannedCase> cases)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes, s_options))
        {
            json.WriteStartObject();
            json.WriteString("name", plan.Name);
            Section(json, "kernels", cases.OfType<KernelCase>(), Kernel);
            Section(json, "models", cases.OfType<ModelCase>(), Model);
            Section(json, "training", cases.OfType<TrainingPointCase>(), Training);
            json.WriteStartObject("devices");
            Device(json, cases[0].Device);
            json.WriteEndObject();
            json.WriteStartArray("repeats");
            json.WriteNumberValue(cases[0].Repeat);
            json.WriteEndArray();
            json.WriteBoolean("quick", plan.Quick);
            json.WriteNumber("seed", plan.Seed);
            json.WriteEndObject();
        }

        return bytes.ToArray();
    }

    private static void Section<T>(Utf8JsonWriter json, string name, IEnumerable<T> cases, Action<Utf8JsonWriter, T> write)
        where T : PlannedCase
    {
        var first = true;
        foreach (var planned in cases)
        {
            if (first)
                json.WriteStartArray(name);
            first = false;
            json.WriteStartObject();
            write(json, planned);
            json.WriteString("time_per_case", FormattableString.Invariant($"{planned.Bound.Value}s"));
            json.WriteEndObject();
        }

        if (!first)
            json.WriteEndArray();
    }

    private static void Kernel(Utf8JsonWriter json, KernelCase planned)
    {
        var call = planned.Call;
        json.WriteString("op", call.Kind.Name());
        json.WriteString("dtype", call.DType.Name());
        if (call.Kind is KernelKind.Gemm or KernelKind.MoeFfn or KernelKind.Conv2d)
            json.WriteString("pattern", call.Pattern.Text);
        switch (call.Kind)
        {
            case KernelKind.Gemm:
                Sizes(json, ("m", call.M), ("n", call.N), ("k", call.K), ("batch", call.Batch));
                break;
            case KernelKind.MoeFfn:
                Sizes(json, ("m", call.M), ("n", call.N), ("k", call.K), ("experts", call.Experts), ("top_k", call.TopK));
                break;
            case KernelKind.Conv2d:
                Sizes(json, ("n", call.N), ("k", call.K), ("rows", call.Rows), ("columns", call.Columns), ("batch", call.Batch), ("kernel", call.Kernel), ("stride", call.Stride), ("padding", call.Padding));
                break;
            case KernelKind.Elementwise:
                Sizes(json, ("rows", call.Rows), ("columns", call.Columns), ("operands", call.Operands));
                break;
            default:
                Sizes(json, ("rows", call.Rows), ("columns", call.Columns));
                break;
        }
    }

    private static void Sizes(Utf8JsonWriter json, params ReadOnlySpan<(string Name, double Value)> sizes)
    {
        foreach (var (name, value) in sizes)
            json.WriteNumber(name, value);
    }

    private static void Model(Utf8JsonWriter json, ModelCase planned)
    {
        json.WriteString("workload", planned.Workload.Name);
        if (planned.Workload.Architecture is TransformerConfig transformer)
            json.WriteString("pattern", transformer.EncoderPattern.Text);
        json.WriteNumber("batch", planned.Workload.Batch);
    }

    private static void Training(Utf8JsonWriter json, TrainingPointCase planned)
    {
        var point = planned.Point;
        json.WriteStartArray("models");
        json.WriteStartObject();
        Sizes(json, ("width", point.Models[0].Width), ("layers", point.Models[0].Layers));
        json.WriteEndObject();
        json.WriteEndArray();
        Sizes(json, ("tokens", point.Tokens[0]), ("sparsity", point.Sparsity[0]), ("vocabulary", point.Vocabulary), ("sequence", point.Sequence), ("batch", point.Batch), ("learning_rate", point.LearningRate), ("base_width", point.BaseWidth), ("seeds", point.Seeds[0]));
        json.WriteString("method", point.Method);
        if (planned.Data is { } data)
            json.WriteString("data", data);
    }

    private static void Device(Utf8JsonWriter json, PlannedDevice device)
    {
        json.WriteStartObject(device.Name);
        json.WriteString("kind", device.IsGpu ? "gpu" : "cpu");
        if (device.Threads is { } threads)
            json.WriteNumber("threads", threads);
        json.WriteEndObject();
    }
}
