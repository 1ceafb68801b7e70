using SparseProf.Ops.Architectures;
using SparseProf.Torch;

namespace SparseProf.Workloads.Modules;

/// <summary>Two linear layers with a GELU between: the dense feed-forward layer, and one expert of a mixture.</summary>
public sealed class FeedForward : Module
{
    private readonly LinearLayer _in;
    private readonly LinearLayer _out;

    public FeedForward(TransformerConfig config)
    {
        _in = AddChild("in", Initial.Linear(config.Width, config.FfnWidth, Transformers.Deviation, config.PatternOf(config.FfnWidth, config.Width)));
        _out = AddChild("out", Initial.Linear(config.FfnWidth, config.Width, Transformers.Deviation, config.PatternOf(config.Width, config.FfnWidth)));
    }

    public Tensor Forward(Tensor input) => _out.Forward(Aten.Gelu(_in.Forward(input)));
}
