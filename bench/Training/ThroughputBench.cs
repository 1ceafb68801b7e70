using System.Diagnostics;
using SparseProf.Ops.Architectures;
using SparseProf.Peers;
using SparseProf.Torch;
using SparseProf.Workloads.Data;
using SparseProf.Workloads.Training;

namespace SparseProf.TrainingBench;

/// <summary>Training steps against the same steps in Debian's PyTorch, interleaved: batch, forward, loss, backward, clipping where the recipe has it, optimizer, accuracy.</summary>
internal sealed class ThroughputBench : ITrainingBench
{
    private const int Rounds = 12;

    public string Name => "throughput";

    public string Setting => $"Training steps on {Environment.ProcessorCount} threads, ours and PyTorch's in turn, {Rounds} rounds; both read examples from memory. The ratio is our examples a second over PyTorch's, median and 95 % interval over rounds.";

    public IEnumerable<Finding> Run()
    {
        TorchRuntime.Threads = Environment.ProcessorCount;
        using var peer = PeerProcess.Python("training_peer.py", Environment.ProcessorCount);
        using var passive = PeerProcess.Python("training_peer.py", Environment.ProcessorCount, waitPassively: true);
        foreach (var (name, recipe, size, batch, steps) in new[] { ("dense-cnn (ResNet-18)", "dense-cnn", "full", 16, 1), ("dense-cnn, small", "dense-cnn", "small", 64, 10), ("dense-transformer, small", "dense-transformer", "small", 64, 10) })
        {
            var known = TrainingRecipes.Find(recipe);
            var plan = (size == "full" ? known.Full : known.Small) with { Batch = batch, Steps = 100_000, Augment = false, Optimizer = (recipe == "dense-cnn" ? known.Full : known.Small).Optimizer };
            using var data = new RandomData(plan.Workload.Architecture);
            using var trainer = new Trainer(plan, data.Set);
            var request = $"{recipe} {size} {batch} {steps}";
            double[] Ours() => [Steps(trainer, steps)];
            var (ours, theirs, quiet) = (new List<double>(), new List<double>(), new List<double>());
            for (var round = -1; round < Rounds; round++)
            {
                // They take turns at being first; the first round warms up.
                var contenders = new (List<double> Seconds, Func<double[]> Time)[] { (ours, Ours), (theirs, () => peer.Ask(request)), (quiet, () => passive.Ask(request)) };
                for (var turn = 0; turn < contenders.Length; turn++)
                {
                    var (seconds, time) = contenders[(round + 1 + turn) % contenders.Length];
                    var taken = time()[0];
                    if (round >= 0)
                        seconds.Add(taken);
                }
            }

            var examples = batch * (double)steps;
            yield return Compare(name, "PyTorch", examples, ours, theirs);
            yield return Compare(name, "PyTorch, OMP_WAIT_POLICY=passive", examples, ours, quiet);
        }
    }

    private static Finding Compare(string name, string peer, double examples, List<double> ours, List<double> theirs)
    {
        var ratio = PairedRatio.Of([.. ours.Zip(theirs, (our, their) => their / our)]);
        return new Finding(
            $"{name} / {peer}", $"{examples / Median(ours):0} / {examples / Median(theirs):0} examples/s: {ratio.Median:0.00}× ({ratio.Low:0.00} – {ratio.High:0.00})", "≥ 0.95", ratio.Median >= 0.95);
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

    private static double Steps(Trainer trainer, int steps)
    {
        var start = Stopwatch.GetTimestamp();
        for (var i = 0; i < steps; i++)
            trainer.Step();
        var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        PeerProcess.Rest();
        return seconds;
    }

    /// <summary>Random examples in memory, of the shape that a model reads.</summary>
    private sealed class RandomData : IDisposable
    {
        private const int Examples = 1024;

        private readonly Tensor _inputs;
        private readonly Tensor _labels;

        public RandomData(Architecture architecture)
        {
            var config = architecture as TransformerConfig;
            var classes = config?.Classes ?? ((ResNetConfig)architecture).Classes;
            _inputs = config is null ? Aten.Randn([Examples, 3, 32, 32]) : Aten.Randint(config.Vocabulary, [Examples, config.Tokens]);
            _labels = Aten.Randint(classes, [Examples]);
            Set = new DataSet("synthetic-random", Synthetic: true, Split(), Split(), classes, config?.Vocabulary);

            MemorySplit Split() => new(_inputs, _labels) { Name = "train", Synthetic = true, Count = Examples, Classes = classes };
        }

        public DataSet Set { get; }

        public void Dispose()
        {
            _inputs.Dispose();
            _labels.Dispose();
        }
    }

    private sealed class MemorySplit(Tensor inputs, Tensor labels) : DataSplit
    {
        public override Batch Take(ReadOnlySpan<int> examples, ulong augmentationSeed)
        {
            var numbers = new long[examples.Length];
            for (var i = 0; i < numbers.Length; i++)
                numbers[i] = examples[i];
            using var indices = Aten.FromArray(numbers, numbers.Length);
            return new Batch(Aten.IndexSelect(inputs, 0, indices), Aten.IndexSelect(labels, 0, indices));
        }
    }
}
