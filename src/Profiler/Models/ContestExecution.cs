using SparseProf.Ops.Statistics;
using SparseProf.Ops.Units;
using SparseProf.Torch;
using SparseProf.Workloads.Execution;

namespace SparseProf.Profiler.Models;

/// <summary>Times a layer's sparse kernel against its dense one on the layer's real input, in turns, while the model runs once. It owns neither.</summary>
/// <param name="time">The device's time for one call.</param>
internal sealed class ContestExecution(IExecution dense, IExecution sparse, Func<Action, Seconds> time) : IExecution
{
    private const int Rounds = 6;

    private readonly List<double> _denseTimes = [];
    private readonly List<double> _sparseTimes = [];

    public string Kernel => "contest";

    /// <summary>Median time of the sparse kernel over that of the dense one; 1 where the layer was never run.</summary>
    public double TimeRatio => _denseTimes.Count == 0 ? 1 : OrderStatistics.Median([.. _sparseTimes]) / OrderStatistics.Median([.. _denseTimes]);

    public Tensor Forward(Tensor input)
    {
        for (var round = 0; round < Rounds; round++)
        {
            var (denseTime, sparseTime) = (Time(dense, input), Time(sparse, input));
            // The first round warms up.
            if (round == 0)
                continue;
            _denseTimes.Add(denseTime);
            _sparseTimes.Add(sparseTime);
        }

        return dense.Forward(input);
    }

    public void Dispose()
    {
    }

    private double Time(IExecution kernel, Tensor input) => time(() =>
    {
        using var scope = TensorScope.Enter();
        kernel.Forward(input);
    }).Value;
}
