using SparseProf.Profiler.Kernels.Threading;

namespace SparseProf.Peers;

/// <summary>Our CSR product against SciPy's, which uses one thread whatever there are.</summary>
internal sealed class ScipyBench : IPeerBench
{
    private const int Rounds = 8;
    private const int PeerCalls = 5;

    public string Name => "scipy";

    public IEnumerable<Comparison> Run()
    {
        using var team = new WorkerTeam(Environment.ProcessorCount);
        using var layer = LinearBench.Prepare("csr@0.1", team);
        using var peer = PeerProcess.Python("scipy_peer.py", Environment.ProcessorCount);
        var (ours, theirs) = (new List<double>(), new List<double>());
        for (var round = 0; round < Rounds; round++)
        {
            var answer = round % 2 == 0 ? Ask() : null;
            ours.Add(LinearBench.Median(() => layer.Run(0)));
            theirs.Add(answer ?? Ask()!.Value);
        }

        yield return new Comparison(
            "csr@0.1", peer.Name, LinearBench.MedianOf(ours), LinearBench.MedianOf(theirs),
            PairedRatio.Of([.. ours.Zip(theirs, (our, their) => our / their)]), AtMost: 1 / 10.0);

        double? Ask() => LinearBench.MedianOf(peer.Ask($"csr 0.1 {PeerCalls}"));
    }
}
