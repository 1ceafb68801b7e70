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
        _in = AddChild("in", Initial.Linear(config.Width, config.FfnWidth, config.Deviation, config.PatternOf(config.FfnWidth, config.Width)));
        _out = AddChild("out", Initial.Linear(config.FfnWidth, config.Width, config.Deviation, config.PatternOf(config.Width, config.FfnWidth)));
    }

    /// <summary>Each weight spread by one over the root of its layer's inputs.</summary>
    public FeedForward(int width, int ffnWidth)
    {
        _in = AddChild("in", Initial.Linear(width, ffnWidth, 1 / Math.Sqrt(width)));
        _out = AddChild("out", Initial.Linear(ffnWidth, width, 1 / Math.Sqrt(ffnWidth)));
    }

    public Tensor Forward(Tensor input) => _out.Forward(Aten.Gelu(_in.Forward(input)));
}
