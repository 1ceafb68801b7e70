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
    private readonly ConfigKeys _keys;

    private HuggingFaceConfig(JsonElement root, string file)
    {
        _root = root;
        _file = file;
        _keys = new ConfigKeys(root, file);
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
        var type = _keys.Text("model_type") ?? "";
        var model = type switch
        {
            "bert" or "roberta" => Encoder(type),
            "vit" => Vision(),
            "gpt2" => Gpt2(),
            "opt" => Encoder(type, "ffn_dim") with { Causal = true },
            "t5" or "switch_transformers" => T5(type),
            "llama" or "mistral" or "qwen2" or "qwen3" => Llama(type),
            "mixtral" => Mixture(Llama(type), "num_local_experts", _keys.Size("intermediate_size")),
            "qwen2_moe" or "qwen3_moe" => Mixture(Llama(type), "num_experts", _keys.Size("moe_intermediate_size")),
            "deepseek_v2" or "deepseek_v3" => DeepSeek(type),
            _ => throw new UserErrorException(ErrorKind.WrongUsage, $"unknown architecture '{type}'") { Where = $"{_file}, key model_type", Allowed = Known },
        };
        if (model.HeadDim < 1)
            throw new UserErrorException(ErrorKind.WrongUsage, $"{model.Heads} heads share a width of {model.Width}") { Where = _file, Allowed = "at least one dimension for each head" };
        return model with { Head = Head(model.Head), TiedHead = _keys.Flag("tie_word_embeddings", type is "bert" or "roberta" or "gpt2" or "opt" or "t5" or "switch_transformers") };
    }

    private LanguageModel Encoder(string type, string ffn = "intermediate_size") =>
        new(type, (int)_keys.Size("num_hidden_layers"), _keys.Size("hidden_size"), (int)_keys.Size("num_attention_heads"), _keys.Size(ffn), _keys.Size("vocab_size"));

    private LanguageModel Vision()
    {
        var (image, patch, channels) = (_keys.Size("image_size", 224), _keys.Size("patch_size", 16), _keys.Size("num_channels", 3));
        var across = image / patch;
        return new("vit", (int)_keys.Size("num_hidden_layers"), _keys.Size("hidden_size"), (int)_keys.Size("num_attention_heads"), _keys.Size("intermediate_size"), 1000)
        {
            ImageTokens = across * across + 1,
            PatchInputs = channels * patch * patch,
        };
    }

    private LanguageModel Gpt2()
    {
        var width = _keys.Size("n_embd");
        return new("gpt2", (int)_keys.Size("n_layer"), width, (int)_keys.Size("n_head"), _keys.Size("n_inner", 4 * width), _keys.Size("vocab_size")) { Causal = true, ActivationKernels = 8 };
    }

    private LanguageModel Llama(string type)
    {
        var model = Encoder(type) with { Gated = true, Bias = false, Norm = "rms_norm", Causal = true };
        return model with { KvHeads = (int)_keys.Size("num_key_value_heads", model.Heads), HeadDim = (int)_keys.Size("head_dim", model.Width / model.Heads) };
    }

    private LanguageModel Mixture(LanguageModel model, string experts, long width)
    {
        var step = _keys.Size("decoder_sparse_step", 1);
        return model with
        {
            Experts = (int)_keys.Size(experts),
            TopK = TopK(experts),
            ExpertWidth = width,
            SharedExpertWidth = _keys.Number("shared_expert_intermediate_size") is { } shared and > 0 ? (long)shared : 0,
            MoeLayers = (int)(model.Layers / step),
        };
    }

    private LanguageModel DeepSeek(string type)
    {
        var model = Mixture(Llama(type), "n_routed_experts", _keys.Size("moe_intermediate_size"));
        var rope = _keys.Size("qk_rope_head_dim", 64);
        return model with
        {
            HeadDim = (int)(_keys.Size("qk_nope_head_dim", 128) + rope),
            LatentWidth = _keys.Size("kv_lora_rank", 512) + rope,
            QueryRank = _keys.Number("q_lora_rank") is null ? 0 : _keys.Size("q_lora_rank"),
            RotaryDim = (int)rope,
            ValueDim = (int)_keys.Size("v_head_dim", 128),
            SharedExpertWidth = (long)(_keys.Number("n_shared_experts") ?? 0) * model.ExpertWidth,
            MoeLayers = model.Layers - (int)Math.Clamp(_keys.Number("first_k_dense_replace") ?? 0, 0, model.Layers),
        };
    }

    private LanguageModel T5(string type)
    {
        var layers = (int)_keys.Size("num_layers");
        var decoder = (int)_keys.Size("num_decoder_layers", layers);
        var model = new LanguageModel(type, layers, _keys.Size("d_model"), (int)_keys.Size("num_heads"), _keys.Size("d_ff"), _keys.Size("vocab_size"))
        {
            HeadDim = (int)_keys.Size("d_kv"),
            Bias = false,
            Norm = "rms_norm",
            Gated = (_keys.Text("feed_forward_proj") ?? "").StartsWith("gated", StringComparison.Ordinal),
            DecoderLayers = decoder,
            Head = ModelHead.LanguageModel,
        };
        if (type == "t5")
            return model;
        return model with
        {
            Experts = (int)_keys.Size("num_experts", 8),
            ExpertWidth = model.FfnWidth,
            SequenceCapacity = _keys.Number("expert_capacity") is null ? 0 : _keys.Size("expert_capacity"),
            MoeLayers = Math.Min(layers, (int)_keys.Size("num_sparse_encoder_layers", 3)),
            DecoderMoeLayers = Math.Min(decoder, (int)_keys.Size("num_sparse_decoder_layers", 3)),
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
        var chosen = _keys.Size("num_experts_per_tok", 2);
        return chosen <= _keys.Size(experts) ? (int)chosen : throw _keys.Problem("num_experts_per_tok", $"is {chosen}", $"at most {experts}");
    }
}
