using SparseProf.Ops;
using SparseProf.Torch;
using SparseProf.Workloads.Execution;

namespace SparseProf.Workloads.Modules;

/// <summary>A convolution over NCHW images, without bias.</summary>
public sealed class Conv2dLayer(Tensor weight, int stride, int padding, SparsityPattern pattern, Tensor? mask)
    : WeightLayer(weight, null, pattern, mask)
{
    public int Stride => stride;

    public int Padding => padding;

    public int Kernel => (int)Weight.Size(-1);

    protected override IExecution DefaultExecution() => new DefaultConv2d(Weight, stride, padding);
}
