using SparseProf.Ops;
using SparseProf.Torch;
using SparseProf.Workloads.Execution;

namespace SparseProf.Workloads.Modules;

/// <summary>y = x · Wᵀ + b.</summary>
public sealed class LinearLayer(Tensor weight, Tensor? bias, SparsityPattern pattern, Tensor? mask) : WeightLayer(weight, bias, pattern, mask)
{
    protected override IExecution DefaultExecution() => new DefaultLinear(Weight, Bias);
}
