using SparseProf.Ops.Statistics;

namespace SparseProf.Workloads.Training;

/// <summary>
/// Which examples each step sees: a new random order every epoch, a function of seed and step alone. Examples that do not
/// fill a last batch wait for the next epoch.
/// </summary>
internal sealed class ExampleOrder(int examples, int batch, long seed)
{
    private readonly int[] _order = new int[examples];
    private long _epoch = -1;

    private int BatchesPerEpoch => examples / batch;

    /// <param name="step">From 0.</param>
    public ReadOnlySpan<int> Examples(long step)
    {
        var (epoch, place) = Math.DivRem(step, BatchesPerEpoch);
        if (epoch != _epoch)
            Shuffle(epoch);
        return _order.AsSpan((int)place * batch, batch);
    }

    // Fisher and Yates, from the same start every epoch.
    private void Shuffle(long epoch)
    {
        var random = new SplitMix64(seed, epoch);
        for (var i = 0; i < examples; i++)
            _order[i] = i;
        for (var i = examples - 1; i > 0; i--)
        {
            var other = random.NextIndex(i + 1);
            (_order[i], _order[other]) = (_order[other], _order[i]);
        }

        _epoch = epoch;
    }
}
