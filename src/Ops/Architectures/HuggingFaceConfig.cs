using System.Text.Json;
using SparseProf.Ops.Errors;

namespace SparseProf.Ops.Architectures;

/// <summary>Reads a Hugging Face <c>config.json</c>: <c>model_type</c> says how sizes are named, <c>architectures</c> which head there is.</summary>
public sealed class HuggingFaceConfig
{
    private const string Known =
        "bert, roberta, gpt2, opt, llama, mistral, mixtral, qwen2, qwen3, qwen2_moe, qwen3_moe, deepseek_v2, deepseek_v3, t5, switch_transformers, vit";

    private readonly JsonElement _root;
    private readonly string _file;

    private HuggingFaceConfig(JsonElement root, string file)
    {
        _root = root;
        _file = file;
    }

    /// <exception cref="UserErrorException">Unreadable, not JSON, an unknown architecture, or sizes that are missing or impossible.</exception>
    public static LanguageModel Read(string path)
    {
        try
        {
            return Parse(File.ReadAllText(path), path);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException(ErrorKind.WrongUsage, $"cannot open the config: {unreadable.Message}", unreadable) { Where = path };
        }
    }

    public static LanguageModel Parse(string json, string file)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? new HuggingFaceConfig(document.RootElement, file).Model()
                : throw new UserErrorException(ErrorKind.WrongUsage, "the config is not a JSON object") { Where = file };
        }
        catch (JsonException malformed)
        {
            throw new UserErrorException(ErrorKind.WrongUsage, "the config is not valid JSON", malformed) { Where = $"{file}:{malformed.LineNumber + 1}" };
        }
        catch (InvalidOperationException half)
        {
            // An escape such as \ud800 is valid JSON and no text.
            throw new UserErrorException(ErrorKind.WrongUsage, "the config holds half a character", half) { Where = file };
        }
    }

    private LanguageModel Model()
    {
        var type = Text("model_type") ?? "";
        var model = type switch
        {
            "bert" or "roberta" => Encoder(type),
            "vit" => Vision(),
            "gpt2" => Gpt2(),
            "opt" => Encoder(type, "ffn_dim") with { Causal = true },
            "t5" or "switch_transformers" => T5(type),
            "llama" or "mistral" or "qwen2" or "qwen3" => Llama(type),
            "mixtral" => Mixture(Llama(type), "num_local_experts", Size("intermediate_size")),
            "qwen2_moe" or "qwen3_moe" => Mixture(Llama(type), "num_experts", Size("moe_intermediate_size")),
            "deepseek_v2" or "deepseek_v3" => DeepSeek(type),
            _ => throw new UserErrorException(ErrorKind.WrongUsage, $"unknown architecture '{type}'") { Where = $"{_file}, key model_type", Allowed = Known },
        };
        if (model.HeadDim < 1)
            throw new UserErrorException(ErrorKind.WrongUsage, $"{model.Heads} heads share a width of {model.Width}") { Where = _file, Allowed = "at least one dimension for each head" };
        return model with { Head = Head(model.Head), TiedHead = Flag("tie_word_embeddings", type is "bert" or "roberta" or "gpt2" or "opt" or "t5" or "switch_transformers") };
    }

    private LanguageModel Encoder(string type, string ffn = "intermediate_size") =>
        new(type, (int)Size("num_hidden_layers"), Size("hidden_size"), (int)Size("num_attention_heads"), Size(ffn), Size("vocab_size"));

    private LanguageModel Vision()
    {
        var (image, patch, channels) = (Size("image_size", 224), Size("patch_size", 16), Size("num_channels", 3));
        var across = image / patch;
        return new("vit", (int)Size("num_hidden_layers"), Size("hidden_size"), (int)Size("num_attention_heads"), Size("intermediate_size"), 1000)
        {
            ImageTokens = across * across + 1,
            PatchInputs = channels * patch * patch,
        };
    }

    private LanguageModel Gpt2()
    {
        var width = Size("n_embd");
        return new("gpt2", (int)Size("n_layer"), width, (int)Size("n_head"), Size("n_inner", 4 * width), Size("vocab_size")) { Causal = true, ActivationKernels = 8 };
    }

    private LanguageModel Llama(string type)
    {
        var model = Encoder(type) with { Gated = true, Bias = false, Norm = "rms_norm", Causal = true };
        return model with { KvHeads = (int)Size("num_key_value_heads", model.Heads), HeadDim = (int)Size("head_dim", model.Width / model.Heads) };
    }

    private LanguageModel Mixture(LanguageModel model, string experts, long width)
    {
        var step = Size("decoder_sparse_step", 1);
        return model with
        {
            Experts = (int)Size(experts),
            TopK = TopK(experts),
            ExpertWidth = width,
            SharedExpertWidth = Number("shared_expert_intermediate_size") is { } shared and > 0 ? (long)shared : 0,
            MoeLayers = (int)(model.Layers / step),
        };
    }

    private LanguageModel DeepSeek(string type)
    {
        var model = Mixture(Llama(type), "n_routed_experts", Size("moe_intermediate_size"));
        var rope = Size("qk_rope_head_dim", 64);
        return model with
        {
            HeadDim = (int)(Size("qk_nope_head_dim", 128) + rope),
            LatentWidth = Size("kv_lora_rank", 512) + rope,
            QueryRank = Number("q_lora_rank") is null ? 0 : Size("q_lora_rank"),
            RotaryDim = (int)rope,
            ValueDim = (int)Size("v_head_dim", 128),
            SharedExpertWidth = (long)(Number("n_shared_experts") ?? 0) * model.ExpertWidth,
            MoeLayers = model.Layers - (int)Math.Clamp(Number("first_k_dense_replace") ?? 0, 0, model.Layers),
        };
    }

    private LanguageModel T5(string type)
    {
        var layers = (int)Size("num_layers");
        var decoder = (int)Size("num_decoder_layers", layers);
        var model = new LanguageModel(type, layers, Size("d_model"), (int)Size("num_heads"), Size("d_ff"), Size("vocab_size"))
        {
            HeadDim = (int)Size("d_kv"),
            Bias = false,
            Norm = "rms_norm",
            Gated = (Text("feed_forward_proj") ?? "").StartsWith("gated", StringComparison.Ordinal),
            DecoderLayers = decoder,
            Head = ModelHead.LanguageModel,
        };
        if (type == "t5")
            return model;
        return model with
        {
            Experts = (int)Size("num_experts", 8),
            ExpertWidth = model.FfnWidth,
            SequenceCapacity = Number("expert_capacity") is null ? 0 : Size("expert_capacity"),
            MoeLayers = Math.Min(layers, (int)Size("num_sparse_encoder_layers", 3)),
            DecoderMoeLayers = Math.Min(decoder, (int)Size("num_sparse_decoder_layers", 3)),
        };
    }

    private ModelHead Head(ModelHead otherwise)
    {
        if (!_root.TryGetProperty("architectures", out var list) || list.ValueKind != JsonValueKind.Array || list.GetArrayLength() == 0)
            return otherwise;
        var name = list[0].ToString();
        if (name.Contains("LMHead", StringComparison.Ordinal) || name.Contains("CausalLM", StringComparison.Ordinal) || name.Contains("MaskedLM", StringComparison.Ordinal)
            || name.Contains("ConditionalGeneration", StringComparison.Ordinal) || name.Contains("PreTraining", StringComparison.Ordinal))
        {
            return ModelHead.LanguageModel;
        }

        return name.Contains("Classification", StringComparison.Ordinal) ? ModelHead.Classifier
            : name is "BertModel" or "RobertaModel" or "ViTModel" ? ModelHead.Pooler
            : ModelHead.None;
    }

    private int TopK(string experts)
    {
        var chosen = Size("num_experts_per_tok", 2);
        return chosen <= Size(experts) ? (int)chosen : throw Problem("num_experts_per_tok", $"is {chosen}", $"at most {experts}");
    }

    private string? Text(string key) => _root.TryGetProperty(key, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private bool Flag(string key, bool otherwise) => _root.TryGetProperty(key, out var value) && value.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.ValueKind == JsonValueKind.True : otherwise;

    private double? Number(string key)
    {
        if (!_root.TryGetProperty(key, out var value) || value.ValueKind == JsonValueKind.Null)
            return null;
        return value.ValueKind == JsonValueKind.Number ? value.GetDouble() : throw Problem(key, "is not a number", "a whole number");
    }

    private long Size(string key, long? otherwise = null)
    {
        const double Largest = 1e8;
        var value = Number(key) ?? otherwise ?? throw Problem(key, "is missing", "a whole number from 1");
        return value is >= 1 and <= Largest && value == Math.Floor(value) ? (long)value : throw Problem(key, $"is {value}", $"a whole number from 1 to {Largest:G}");
    }

    private UserErrorException Problem(string key, string what, string allowed) =>
        new(ErrorKind.WrongUsage, $"{key} {what}") { Where = $"{_file}, key {key}", Allowed = allowed };
}
