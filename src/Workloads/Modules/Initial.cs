using SparseProf.Ops;
using SparseProf.Torch;
using SparseProf.Workloads.Sparsity;

namespace SparseProf.Workloads.Modules;

/// <summary>Makes layers with random weights, written in place; the numbers follow libtorch's seed.</summary>
internal static class Initial
{
    public static LinearLayer Linear(long inputs, long outputs, double deviation, SparsityPattern? pattern = null, bool bias = true)
    {
        var weight = Normal([outputs, inputs], deviation);
        pattern ??= SparsityPattern.Dense.Instance;
        return new LinearLayer(weight, bias ? Aten.Zeros([outputs]) : null, pattern, Masks.ByMagnitude(weight, pattern));
    }

    public static Tensor Normal(ReadOnlySpan<long> sizes, double deviation)
    {
        var tensor = Aten.Empty(sizes);
        NormalFill.Fill(tensor, deviation);
        return tensor;
    }
}
