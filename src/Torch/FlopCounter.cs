namespace SparseProf.Torch;

/// <summary>
/// Counts the FLOPs of the matrix products, convolutions and attentions that its thread starts while it is open, from the
/// shapes of their operands: two a multiply-add, zeros included. Counters do not nest.
/// </summary>
public sealed class FlopCounter : IDisposable
{
    [ThreadStatic]
    private static FlopCounter? s_current;

    private readonly Dictionary<string, double> _byOperator = [];

    private FlopCounter()
    {
    }

    public double Flops => _byOperator.Values.Sum();

    public IReadOnlyDictionary<string, double> FlopsByOperator => _byOperator;

    internal static FlopCounter? Current => s_current;

    public static FlopCounter Start() =>
        s_current is null ? s_current = new FlopCounter() : throw new InvalidOperationException("a FLOP counter is open on this thread");

    public void Dispose() => s_current = null;

    internal void CountLinear(Tensor input, Tensor weight) => Count("linear", 2.0 * input.Elements * weight.Size(0));

    /// <summary>[…, M, K] by […, K, N]; the batch is the larger one where they are broadcast.</summary>
    internal void CountMatmul(Tensor left, Tensor right)
    {
        var n = right.Rank == 1 ? 1 : right.Size(-1);
        var rightBatch = right.Rank <= 2 ? 1 : right.Elements / (right.Size(-1) * right.Size(-2));
        var leftBatch = left.Rank <= 2 ? 1 : left.Elements / (left.Size(-1) * left.Size(-2));
        Count("matmul", 2.0 * (left.Elements / leftBatch) * n * Math.Max(leftBatch, rightBatch));
    }

    internal void CountConv2d(Tensor input, Tensor weight, int stride, int padding)
    {
        var height = (input.Size(-2) + 2 * padding - weight.Size(2)) / stride + 1;
        var width = (input.Size(-1) + 2 * padding - weight.Size(3)) / stride + 1;
        Count("conv2d", 2.0 * input.Size(0) * height * width * weight.Elements);
    }

    internal void CountAttention(Tensor query, Tensor key, Tensor value) =>
        Count("attention", 2.0 * query.Elements * key.Size(-2) + 2.0 * query.Elements / query.Size(-1) * key.Size(-2) * value.Size(-1));

    private void Count(string name, double flops) => _byOperator[name] = _byOperator.GetValueOrDefault(name) + flops;
}
