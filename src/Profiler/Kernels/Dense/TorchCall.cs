using SparseProf.Ops.Units;
using SparseProf.Torch;

namespace SparseProf.Profiler.Kernels.Dense;

/// <summary>
/// A prepared call of libtorch on copies of its operands. libtorch allocates each result anew, so there is nothing to
/// poison: the check reads what a fresh call returns.
/// </summary>
internal sealed class TorchCall : IPreparedKernel
{
    private readonly Tensor[][] _operands;
    private readonly Func<Tensor[], Tensor> _call;
    private readonly Func<float[], Correctness> _check;
    private int _latest;

    /// <param name="operands">Makes one copy of the operands.</param>
    /// <param name="call">The timed call.</param>
    /// <param name="check">Compares a result with the reference.</param>
    public TorchCall(int copies, Func<Tensor[]> operands, Func<Tensor[], Tensor> call, Func<float[], Correctness> check, Bytes weightBytes, Bytes traffic)
    {
        _operands = [.. Enumerable.Range(0, copies).Select(_ => operands())];
        _call = call;
        _check = check;
        (WeightBytes, BytesPerCopy) = (weightBytes, traffic);
    }

    public int Copies => _operands.Length;

    public Bytes WeightBytes { get; }

    public Bytes BytesPerCopy { get; }

    public void Run(int copy)
    {
        _latest = copy;
        _call(_operands[copy]).Dispose();
    }

    public Correctness Verify()
    {
        _latest = 0;
        return _check(ReadOutput());
    }

    public float[] ReadOutput()
    {
        using var result = _call(_operands[_latest]);
        return result.Data<float>().ToArray();
    }

    public void Dispose()
    {
        foreach (var tensor in _operands.SelectMany(copy => copy))
            tensor.Dispose();
    }
}
