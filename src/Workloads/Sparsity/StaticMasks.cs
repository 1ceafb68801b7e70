using SparseProf.Ops;
using SparseProf.Torch;
using SparseProf.Workloads.Modules;

namespace SparseProf.Workloads.Sparsity;

/// <summary>
/// Random masks that stay. The paper's SparseLinear is this; its listing keeps the weight as [inputs, outputs] and hands
/// it to F.linear, which wants [outputs, inputs]: here it is [outputs, inputs].
/// </summary>
public sealed class StaticMasks : MaskedTraining
{
    internal StaticMasks(IReadOnlyList<(string Path, WeightLayer Layer)> layers, IReadOnlyList<SparsityPattern> patterns, long seed)
        : base(Masked(layers, patterns, i => RandomMasks.Of(layers[i].Layer.Weight.Shape, patterns[i], seed, i)))
    {
    }

    private protected override Tensor NextMask(int layer, long step) => Layers[layer].Layer.Mask!.OnCpu();
}
