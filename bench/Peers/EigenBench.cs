using System.ComponentModel;
using System.Diagnostics;
using SparseProf.Profiler.Kernels.Threading;

namespace SparseProf.Peers;

/// <summary>Our CSR product against Eigen's with as many threads, compiled here for this processor.</summary>
internal sealed class EigenBench : IPeerBench
{
    private const int Rounds = 12;
    private const int PeerCalls = 11;

    public string Name => "eigen";

    public IEnumerable<Comparison> Run()
    {
        var program = Path.Combine(AppContext.BaseDirectory, "eigen_peer");
        if (Compile(program) is { } problem)
        {
            Console.WriteLine($"eigen: skipped, {problem}");
            yield break;
        }

        using var team = new WorkerTeam(Environment.ProcessorCount);
        using var layer = LinearBench.Prepare("csr@0.1", team);
        using var peer = new PeerProcess(new ProcessStartInfo(program, [team.Threads.ToString()]));
        var (ours, theirs) = (new List<double>(), new List<double>());
        for (var round = 0; round < Rounds; round++)
        {
            double? answer = round % 2 == 0 ? Ask() : null;
            ours.Add(LinearBench.Median(() => layer.Run(0)));
            theirs.Add(answer ?? Ask());
        }

        yield return new Comparison(
            "csr@0.1", peer.Name, LinearBench.MedianOf(ours), LinearBench.MedianOf(theirs),
            PairedRatio.Of([.. ours.Zip(theirs, (our, their) => our / their)]), AtMost: 1 / 3.0);

        double Ask() => LinearBench.MedianOf(peer.Ask($"csr 0.1 {PeerCalls}"));
    }

    /// <summary>Null, or why there is no program.</summary>
    private static string? Compile(string program)
    {
        string[] arguments = ["-O3", "-march=native", "-fopenmp", "-DNDEBUG", "-I/usr/include/eigen3", "-o", program, program + ".cpp"];
        try
        {
            using var compiler = Process.Start(new ProcessStartInfo("g++", arguments) { UseShellExecute = false, RedirectStandardError = true })!;
            var problem = compiler.StandardError.ReadToEnd();
            compiler.WaitForExit();
            return compiler.ExitCode == 0 ? null : $"g++ could not compile against Eigen (libeigen3-dev): {problem.Split('\n')[0]}";
        }
        catch (Win32Exception)
        {
            return "g++ is not installed";
        }
    }
}
