using SparseProf.Ops.Units;

namespace SparseProf.Cli.Sweep.Estimates;

/// <summary>
/// Packs bundles into tasks of about one length: the longest first, each into the first task with room. A bundle that is longer is
/// a task by itself; devices, repeats, and trainings with measurements never share a task.
/// </summary>
internal static class TaskPacking
{
    /// <summary>Tasks in the order of their first case; the cases of a task in the order of the plan.</summary>
    public static IReadOnlyList<PlannedTask> Pack(IReadOnlyList<CaseBundle> bundles, Seconds taskTime)
    {
        var tasks = bundles.Index().GroupBy(entry => (entry.Item.Device.Name, entry.Item.Repeat, entry.Item.IsTraining)).SelectMany(group => Bins([.. group], taskTime));
        return [.. tasks.OrderBy(bin => bin[0]).Select((bin, i) => new PlannedTask(i + 1, [.. bin.SelectMany(index => bundles[index].Cases)]))];
    }

    private static List<List<int>> Bins((int Index, CaseBundle Item)[] bundles, Seconds taskTime)
    {
        var bins = new List<List<int>>();
        var room = new FirstFit(bundles.Length, taskTime.Value);
        foreach (var (index, bundle) in bundles.OrderByDescending(entry => entry.Item.Time.Value).ThenBy(entry => entry.Index))
        {
            var bin = room.Place(bundle.Time.Value);
            if (bin == bins.Count)
                bins.Add([]);
            bins[bin].Add(index);
        }

        foreach (var bin in bins)
            bin.Sort();
        return bins;
    }

    /// <summary>A tree over the room that is left in each bin; the first bin with room is found in steps that grow with the logarithm of the bins.</summary>
    private sealed class FirstFit
    {
        private readonly double[] _most;
        private readonly int _leaves = 1;

        public FirstFit(int bins, double capacity)
        {
            while (_leaves < bins)
                _leaves *= 2;
            _most = new double[2 * _leaves];
            Array.Fill(_most, capacity);
        }

        public int Place(double size)
        {
            var fitting = Math.Min(size, _most[1]);
            var node = 1;
            while (node < _leaves)
                node = _most[2 * node] >= fitting ? 2 * node : 2 * node + 1;
            var bin = node - _leaves;
            // A bundle longer than a task leaves nothing for others.
            _most[node] = Math.Max(0, _most[node] - size);
            for (node /= 2; node >= 1; node /= 2)
                _most[node] = Math.Max(_most[2 * node], _most[2 * node + 1]);
            return bin;
        }
    }
}
