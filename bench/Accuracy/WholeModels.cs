using SparseProf.CostModel.Hardware;
using SparseProf.CostModel.Latency;
using SparseProf.Ops;
using SparseProf.Ops.Architectures;
using SparseProf.Ops.Statistics;

namespace SparseProf.Accuracy;

/// <summary>Inference of whole fp32 models that were timed on three GPUs (NeuSight's label data), predicted from kernels timed on the same GPU by the same project.</summary>
internal static class WholeModels
{
    public const string Models = "neusight_e2e";
    public const string Kernels = "neusight_kernels_fp32";

    // Its device, and the profile that is nearest: a PCIe board where the catalog has the SXM one.
    private static readonly (string Device, string Profile)[] Devices =
        [("NVIDIA_A100-PCIE-40GB", "nvidia-a100-sxm4-40gb"), ("Tesla_T4", "nvidia-t4"), ("Tesla_V100-PCIE-32GB", "nvidia-v100-sxm2-32gb")];

    // Sizes as the models were timed; BERT with the classifier that its timing used.
    private static readonly Dictionary<string, string> Configs = new()
    {
        ["bert_large"] = """{"model_type":"bert","architectures":["BertForSequenceClassification"],"num_hidden_layers":24,"hidden_size":1024,"num_attention_heads":16,"intermediate_size":4096,"vocab_size":30522}""",
        ["gpt2_large"] = """{"model_type":"gpt2","architectures":["GPT2LMHeadModel"],"n_layer":36,"n_embd":1280,"n_head":20,"vocab_size":50257}""",
        ["gpt3_xl"] = """{"model_type":"gpt2","architectures":["GPT2LMHeadModel"],"n_layer":24,"n_embd":3072,"n_head":24,"vocab_size":50257}""",
        ["gpt3_27"] = """{"model_type":"gpt2","architectures":["GPT2LMHeadModel"],"n_layer":32,"n_embd":2560,"n_head":32,"vocab_size":50257}""",
        ["opt_13"] = """{"model_type":"opt","architectures":["OPTForCausalLM"],"num_hidden_layers":24,"hidden_size":2048,"num_attention_heads":32,"ffn_dim":8192,"vocab_size":50272}""",
        ["switchxl4"] = """{"model_type":"switch_transformers","architectures":["SwitchTransformersForConditionalGeneration"],"d_model":1024,"d_ff":16384,"d_kv":128,"num_heads":32,"num_layers":24,"num_decoder_layers":24,"num_experts":4,"expert_capacity":64,"num_sparse_encoder_layers":12,"num_sparse_decoder_layers":12,"vocab_size":32128}""",
    };

    public static Score Replay(PublicTables data)
    {
        var pairs = new List<(Estimate Predicted, double Truth)>();
        foreach (var (device, id) in Devices)
        {
            var profile = ProfileCatalog.Load(id);
            var calibration = Calibration.Fit(profile, data.Fp32Kernels(Kernels, device.Replace('_', ' ')), Priors.None, null, 0);
            foreach (var (model, sequence, batch, seconds) in data.ModelRuns(Models, device))
            {
                var work = ModelWork.Of(HuggingFaceConfig.Parse(Configs[model], model), batch, sequence, DType.Fp32, SparsityPattern.Dense.Instance, Phase.Prefill);
                var predicted = ModelPredictor.Predict(work, profile, calibration, Priors.None);
                pairs.Add((predicted.Seconds, seconds));
                if (Environment.GetEnvironmentVariable("ACCURACY_ROWS") is { Length: > 0 })
                    Console.Error.WriteLine($"{device} {model} batch {batch}: {predicted.Seconds.Value * 1e3:0.0} ms for {seconds * 1e3:0.0} ({predicted.Seconds.Value / seconds:0.000})");
            }
        }

        return Score.Of(pairs);
    }
}
