using System.Diagnostics;
using SparseProf.Torch;
using SparseProf.Workloads;
using SparseProf.Workloads.Execution;
using SparseProf.Workloads.Models;

namespace SparseProf.Peers;

/// <summary>A forward pass of BERT-base over 128 tokens: with the operators that PyTorch uses, and with the fastest dense kernels.</summary>
internal sealed class TransformerBench : IPeerBench
{
    private const int Rounds = 12;

    public string Name => "transformer";

    public IEnumerable<Comparison> Run()
    {
        TorchRuntime.Threads = Environment.ProcessorCount;
        using var scope = TensorScope.Enter();
        using var same = WorkloadCatalog.DenseTransformer.Build(seed: 1);
        using var fastest = WorkloadCatalog.DenseTransformer.Build(seed: 1);
        var input = same.RandomInput(1);
        fastest.UseFastestDense(input);
        using var peer = PeerProcess.Python("torch_peer.py", Environment.ProcessorCount);
        var kernels = string.Join(", ", fastest.WeightLayers().CountBy(entry => entry.Layer.Execution.Kernel).Select(pair => $"{pair.Value} {pair.Key}"));
        Console.WriteLine($"{peer.Name}, {Environment.ProcessorCount} threads; fastest dense kernels: {kernels}");

        using var passive = PeerProcess.Python("torch_peer.py", Environment.ProcessorCount, waitPassively: true);
        IReadOnlyList<Func<double>> contenders =
        [
            () => Forward(same, input),
            () => Forward(fastest, input),
            () => peer.Ask("forward 3").Skip(1).Min(),
            () => passive.Ask("forward 3").Skip(1).Min(),
        ];
        var seconds = contenders.Select(_ => new List<double>()).ToList();
        peer.Ask("forward 2");
        passive.Ask("forward 2");
        for (var round = 0; round < Rounds; round++)
        {
            // They take turns at being first.
            for (var turn = 0; turn < contenders.Count; turn++)
            {
                var next = (round + turn) % contenders.Count;
                seconds[next].Add(contenders[next]());
            }
        }

        yield return Compare("dense-transformer, same ops", seconds[0], "PyTorch", seconds[2], 1.00);
        yield return Compare("the same", seconds[0], "PyTorch, OMP_WAIT_POLICY=passive", seconds[3], 1.00);
        yield return Compare("dense-transformer, fastest dense", seconds[1], "PyTorch", seconds[2], 0.80);
        yield return Compare("the same", seconds[1], "PyTorch, OMP_WAIT_POLICY=passive", seconds[3], 0.80);

        static Comparison Compare(string work, List<double> ours, string peer, List<double> theirs, double atMost) => new(
            work, peer, ours.Order().ElementAt(Rounds / 2), theirs.Order().ElementAt(Rounds / 2),
            PairedRatio.Of([.. ours.Zip(theirs, (our, their) => our / their)]), atMost);
    }

    // As the peer does: one pass to warm up, the better of two.
    private static double Forward(Model model, Tensor input)
    {
        using var noGrad = Autograd.NoGrad();
        model.Forward(input).Dispose();
        var best = double.MaxValue;
        for (var i = 0; i < 2; i++)
        {
            var start = Stopwatch.GetTimestamp();
            model.Forward(input).Dispose();
            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalSeconds);
        }

        PeerProcess.Rest();
        return best;
    }
}
