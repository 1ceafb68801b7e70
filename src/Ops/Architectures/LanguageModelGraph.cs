namespace SparseProf.Ops.Architectures;

/// <summary>Writes down the ops of one forward pass of a <see cref="LanguageModel"/>.</summary>
internal sealed class LanguageModelGraph(LanguageModel model, long batch, long sequence, DType dtype, SparsityPattern pattern, Phase phase, bool fusedAttention)
{
    private readonly List<GraphNode> _nodes = [];

    private long Queries => phase == Phase.Decode ? 1 : sequence;

    private long Tokens => batch * Queries;

    private long Keys => phase == Phase.Decode ? sequence + 1 : sequence;

    public Graph Build()
    {
        if (model.ImageTokens > 0)
            Add("patches", Linear(Tokens, model.Width, model.PatchInputs));
        else
            Add("embedding", new Embedding(model.Vocabulary, model.Width, Tokens, dtype));
        if (phase == Phase.Prefill || model.DecoderLayers == 0)
            Blocks("", model.Layers, model.MoeLayers, model.Causal, crossing: false);
        if (model.DecoderLayers > 0)
            Blocks("decoder.", model.DecoderLayers, model.DecoderMoeLayers, causal: true, crossing: true);
        Add("final_norm", Norm(Tokens));
        Head();
        return new(model.Name, _nodes);
    }

    private void Blocks(string prefix, int layers, int mixtures, bool causal, bool crossing)
    {
        Attention(prefix + "attention", layers, causal, Keys);
        if (crossing)
            Attention(prefix + "cross_attention", layers, causal: false, sequence);
        Add(prefix + "norms", Norm(Tokens), (crossing ? 3 : 2) * layers);
        Add(prefix + "residuals", new Elementwise("add", Tokens, model.Width, dtype, 2), (crossing ? 3 : 2) * layers);
        if (layers > mixtures)
            FeedForward(prefix + "ffn", model.FfnWidth, layers - mixtures);
        if (mixtures == 0)
            return;
        Mixture(prefix + "experts", new Routing(model.Experts, model.TopK, model.CapacityAt(Queries)), mixtures);
        if (model.SharedExpertWidth > 0)
            FeedForward(prefix + "shared_expert", model.SharedExpertWidth, mixtures);
    }

    // Eager frameworks run expert after expert, each over its whole capacity, padding included.
    private void Mixture(string name, Routing routing, int layers)
    {
        if (fusedAttention)
        {
            Add(name, new MoeFfn(Tokens, model.Width, model.ExpertWidth, routing, dtype, pattern, model.Gated ? 3 : 2), layers);
            return;
        }

        var rows = routing.CapacityFactor is null ? (Tokens * routing.TopK + routing.Experts - 1) / routing.Experts : routing.ExpertCapacity(Tokens);
        Add($"{name}.router", new Gemm(new(Tokens, routing.Experts, model.Width), dtype, SparsityPattern.Dense.Instance), layers);
        Add($"{name}.softmax", new Softmax(Tokens, routing.Experts, dtype), layers);
        FeedForward(name, model.ExpertWidth, layers * routing.Experts, rows);
        Add($"{name}.combine", new Elementwise("combine", Tokens, model.Width, dtype, 2), 3 * layers);
    }

    private void Attention(string name, int layers, bool causal, long keys)
    {
        if (model.LatentWidth > 0)
            LatentAttention(name, layers, causal, keys);
        else
            HeadAttention(name, layers, causal, keys);
    }

    private void HeadAttention(string name, int layers, bool causal, long keys)
    {
        var inner = (long)model.Heads * model.HeadDim;
        Add($"{name}.q", Linear(Tokens, inner, model.Width), layers);
        Add($"{name}.k", Linear(Tokens, (long)model.KvHeads * model.HeadDim, model.Width), layers);
        Add($"{name}.v", Linear(Tokens, (long)model.KvHeads * model.HeadDim, model.Width), layers);
        if (fusedAttention)
        {
            Add($"{name}.core", new Attention(batch, model.Heads, model.KvHeads, Queries, keys, model.HeadDim, causal, dtype), layers);
        }
        else
        {
            var rows = batch * model.Heads * Queries;
            Add($"{name}.transpose", new Elementwise("copy", Tokens, inner, dtype), 4 * layers);
            Add($"{name}.scores", Product(Queries, keys, model.HeadDim), layers);
            Add($"{name}.scale", new Elementwise("scale", rows, keys, dtype), layers);
            Add($"{name}.mask", new Elementwise("mask", rows, keys, dtype), layers);
            Add($"{name}.softmax", new Softmax(rows, keys, dtype), layers);
            Add($"{name}.values", Product(Queries, model.HeadDim, keys), layers);
        }

        Add($"{name}.output", Linear(Tokens, model.Width, inner), layers);
    }

    // DeepSeek-V2 (arXiv 2405.04434), section 2.1: queries and key-values pass through narrow projections. A prefill expands
    // the latent into heads; a decode step absorbs the expansion into queries and values and attends to the latent itself.
    private void LatentAttention(string name, int layers, bool causal, long keys)
    {
        var rank = model.LatentWidth - model.RotaryDim;
        var plain = model.HeadDim - model.RotaryDim;
        if (model.QueryRank > 0)
        {
            Add($"{name}.q_down", Linear(Tokens, model.QueryRank, model.Width), layers);
            Add($"{name}.q_up", Linear(Tokens, (long)model.Heads * model.HeadDim, model.QueryRank), layers);
        }
        else
        {
            Add($"{name}.q", Linear(Tokens, (long)model.Heads * model.HeadDim, model.Width), layers);
        }

        Add($"{name}.latent", Linear(Tokens, model.LatentWidth, model.Width), layers);
        if (phase == Phase.Prefill)
        {
            Add($"{name}.expand", Linear(Tokens, (long)model.Heads * (plain + model.ValueDim), rank), layers);
            Add($"{name}.core", new Attention(batch, model.Heads, model.Heads, Queries, keys, (model.HeadDim + model.ValueDim) / 2, causal, dtype), layers);
        }
        else
        {
            Add($"{name}.absorb_q", new Gemm(new(Tokens, rank, plain), dtype, SparsityPattern.Dense.Instance, Batch: model.Heads), layers);
            Add($"{name}.core", new Attention(batch, model.Heads, 1, Queries, keys, (int)(model.LatentWidth + rank) / 2, causal, dtype), layers);
            Add($"{name}.absorb_v", new Gemm(new(Tokens, model.ValueDim, rank), dtype, SparsityPattern.Dense.Instance, Batch: model.Heads), layers);
        }

        Add($"{name}.output", Linear(Tokens, model.Width, (long)model.Heads * model.ValueDim), layers);
    }

    private void FeedForward(string name, long width, int layers, long? tokens = null)
    {
        var rows = tokens ?? Tokens;
        Add($"{name}.up", Linear(rows, width, model.Width), (model.Gated ? 2 : 1) * layers);
        Add($"{name}.activation", new Elementwise("activation", rows, width, dtype, model.Gated ? 2 : 1), (fusedAttention ? 1 : model.ActivationKernels) * layers);
        Add($"{name}.down", Linear(rows, model.Width, width), layers);
    }

    private void Head()
    {
        if (model.Head == ModelHead.LanguageModel)
            _nodes.Add(new("head", new Gemm(new(Tokens, model.Vocabulary, model.Width), dtype, SparsityPattern.Dense.Instance)) { OwnsParameters = !model.TiedHead });
        else if (model.Head == ModelHead.Pooler)
            Add("pooler", new Gemm(new(batch, model.Width, model.Width), dtype, SparsityPattern.Dense.Instance, model.Bias));
        else if (model.Head == ModelHead.Classifier)
            Add("classifier", new Gemm(new(batch, Math.Max(2, model.Vocabulary), model.Width), dtype, SparsityPattern.Dense.Instance, model.Bias));
    }

    private Normalization Norm(long rows) => new(model.Norm, rows, model.Width, dtype, model.Norm == "rms_norm" ? 1 : 2);

    private Gemm Linear(long tokens, long outputs, long inputs) =>
        new(new(tokens, outputs, inputs), dtype, pattern.Misfit(outputs, inputs) is null ? pattern : SparsityPattern.Dense.Instance, model.Bias);

    // A product of activations: no parameters are kept for it.
    private ActivationProduct Product(long rows, long columns, long depth) => new(batch * model.Heads, rows, columns, depth, dtype);

    private void Add(string name, Op op, int count = 1) => _nodes.Add(new(name, op, count));
}
