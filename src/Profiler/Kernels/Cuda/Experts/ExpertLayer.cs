using SparseProf.Ops;
using SparseProf.Ops.Units;
using SparseProf.Profiler.Devices.Cuda;
using SparseProf.Profiler.Kernels.Checking;

namespace SparseProf.Profiler.Kernels.Cuda.Experts;

/// <summary>
/// A layer of experts, ready to be timed: tokens are gathered by expert, multiplied twice and combined again. Without
/// products it is what routing costs beside them.
/// </summary>
internal sealed class ExpertLayer : IPreparedKernel
{
    private readonly CudaDevice _device;
    private ExpertOperands _operands = null!;
    private IExpertProducts? _products;

    private ExpertLayer(CudaDevice device) => _device = device;

    public int Copies => 1;

    public Bytes BytesPerCopy => _operands.Bytes;

    public Bytes WeightBytes => _operands.Op.WeightBytes;

    /// <summary>What was chosen by search, and the tokens of each expert.</summary>
    public string Algorithm => $"{_products?.Choice} tokens_per_expert={string.Join('/', _operands.Placement.Loads)}".TrimStart();

    /// <param name="products">Made on the CUDA thread; null for gathering and combining alone.</param>
    public static ExpertLayer Create(CudaDevice device, MoeFfn op, KernelData data, Func<CudaContext, ExpertOperands, IExpertProducts>? products)
    {
        var created = new ExpertLayer(device);
        try
        {
            device.Invoke(() =>
            {
                created._operands = new ExpertOperands(device, op, data.Seed);
                created._operands.Gather();
                created._products = products?.Invoke(device.Context, created._operands);
            });
            return created;
        }
        catch
        {
            created.Dispose();
            throw;
        }
    }

    public void Run(int copy)
    {
        if (_device.OwnsThisThread)
            Enqueue();
        else
            _device.Invoke(Enqueue);
    }

    /// <summary>
    /// Compares both products of the busiest and of the idlest expert with fp64, gathered rows with their tokens, and
    /// combined tokens with the sum of their results.
    /// </summary>
    public Correctness Verify() => _device.Invoke(() =>
    {
        _operands.Spoil();
        Enqueue();
        _device.Context.Synchronize();
        var found = new List<Correctness>();
        if (_products is not null)
        {
            var busy = _operands.Busy.OrderBy(expert => _operands.Placement.Loads[expert]).ToList();
            foreach (var expert in new[] { busy[0], busy[^1] }.Distinct())
                found.AddRange([Check(expert, down: false), Check(expert, down: true)]);
        }

        if (_operands.Permutes)
            found.Add(CheckPermutation());
        return found.MaxBy(check => check.MaxRelativeError);
    });

    public float[] ReadOutput() => _device.Invoke(() =>
    {
        var rows = _operands.Permutes ? ExpertOperands.Rows.Combined : ExpertOperands.Rows.Results;
        return Enumerable.Range(0, (int)_operands.Op.Tokens).SelectMany(token => _operands.Row(rows, token)).ToArray();
    });

    public void Dispose() => _device.Invoke(() =>
    {
        _products?.Dispose();
        _operands?.Dispose();
    });

    private void Enqueue()
    {
        if (_operands.Permutes)
            _operands.Gather();
        _products?.Enqueue();
        if (_operands.Permutes)
            _operands.Combine();
    }

    private Correctness Check(int expert, bool down)
    {
        var product = _operands.Product(expert, down);
        var first = _operands.Placement.Starts[expert];
        return CudaReference.Compare(
            _device, product.Shape, _operands.Op.DType, product.Weights, product.Tokens,
            token => _operands.RowOf(down ? ExpertOperands.Rows.Results : ExpertOperands.Rows.Hidden, first + token));
    }

    // Gathered rows must be their tokens to the bit; a mistake there is an error that no tolerance allows.
    private Correctness CheckPermutation()
    {
        var (op, placement) = (_operands.Op, _operands.Placement);
        var (found, expected) = (new List<float>(), new List<double>());
        var gathered = true;
        foreach (var token in CudaReference.SpreadTokens(op.Tokens))
        {
            var places = placement.Places.AsSpan((int)token * op.Routing.TopK, op.Routing.TopK).ToArray();
            gathered &= places.All(place => _operands.RowOf(ExpertOperands.Rows.Gathered, place).AsSpan().SequenceEqual(_operands.RowOf(ExpertOperands.Rows.Tokens, token)));
            found.AddRange(_operands.Row(ExpertOperands.Rows.Combined, token));
            var results = places.Select(place => _operands.Row(ExpertOperands.Rows.Results, place)).ToList();
            expected.AddRange(Enumerable.Range(0, (int)op.Width).Select(i => results.Sum(result => (double)_operands.Gate * result[i])));
        }

        var combined = ResultCheck.Compare([.. found], [.. expected], OutputTypes.Tolerance(op.DType));
        return gathered ? combined : combined with { MaxRelativeError = double.PositiveInfinity };
    }
}
