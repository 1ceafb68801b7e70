using SparseProf.CostModel.Scaling.Data;
using SparseProf.CostModel.Scaling.Fitting;
using SparseProf.CostModel.Scaling.Laws;
using SparseProf.Store.Csv;

namespace SparseProf.Peers;

/// <summary>
/// Chinchilla's 240 runs fitted by us and by SciPy: a part of the usual 4,500 starts, a projected start, and refits to
/// resamples. Our refits use all cores, SciPy's one.
/// </summary>
internal sealed class ScalingBench : IPeerBench
{
    private const string Data = "../shared/data/scaling/chinchilla_epoch/chinchilla_nds.csv";
    private const int AllStarts = 4500;
    private const int Starts = 300;
    private const int Refits = 400;
    private const int Rounds = 6;

    public string Name => "scaling";

    public IEnumerable<Comparison> Run()
    {
        var path = DataPath();
        if (!File.Exists(path))
        {
            Console.WriteLine($"scaling: skipped, no {Data}");
            yield break;
        }

        using var peer = Peer();
        if (peer is null)
        {
            Console.WriteLine("scaling: skipped, the peer needs python3-scipy");
            yield break;
        }

        var fit = new OurFit(Read(path));
        peer.Ask($"load {path}");
        yield return Against(peer, $"fit, {Starts} of {AllStarts} starts", $"starts {Starts}", rounds: 1, fit.Fit, 0.002 / (13.7 * Starts / AllStarts), perCall: Starts);
        yield return Against(peer, "fit, projected start", "projected 1", Rounds, fit.Fit, 0.002 / 0.0074);
        yield return Against(peer, $"{Refits} bootstrap refits", $"bootstrap {Refits}", Rounds, () => fit.Bootstrap(Refits), 1 / 16.0, perCall: Refits);
    }

    private static Comparison Against(PeerProcess peer, string work, string request, int rounds, Func<double> our, double atMost, int perCall = 1)
    {
        var (ours, theirs, objective, reached) = (new List<double>(), new List<double>(), 0.0, 0.0);
        for (var round = 0; round < rounds; round++)
        {
            PeerProcess.Rest();
            ours.Add(LinearBench.Median(() => objective = our()));
            var answer = peer.Ask(request);
            theirs.Add(answer[0]);
            reached = answer[1];
        }

        var each = perCall > 1 ? $"; {1e3 * LinearBench.MedianOf(theirs) / perCall:0.00} ms each by SciPy" : "";
        Console.WriteLine($"{work}: objective {objective:0.000000000000000} ours, {reached:0.000000000000000} SciPy's{each}");
        return new Comparison(
            work, peer.Name, LinearBench.MedianOf(ours), LinearBench.MedianOf(theirs),
            PairedRatio.Of([.. ours.Zip(theirs, (mine, their) => mine / their)]), atMost);
    }

    private static PeerProcess? Peer()
    {
        try
        {
            return PeerProcess.Python("scaling_peer.py", 1);
        }
        catch (Exception missing) when (missing is InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }

    private static string DataPath()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "SparseProf.sln")))
            folder = folder.Parent;
        return Path.GetFullPath(Path.Combine(folder?.FullName ?? ".", Data));
    }

    private static LossTable Read(string path)
    {
        using var csv = CsvFile.Open(path);
        var (n, d, loss, used) = (csv.Require("N"), csv.Require("D"), csv.Require("loss"), csv.Require("used"));
        var rows = new List<LossRow>();
        while (csv.Read())
        {
            if (csv.Text(used) == "1")
                rows.Add(new LossRow(csv.Number(n), csv.Number(d), 0, csv.Number(loss), csv.Line));
        }

        return new LossTable(rows);
    }

    /// <summary>Our side; each call returns the objective of the fit to all rows.</summary>
    private sealed class OurFit(LossTable table)
    {
        private ScalingFitter _fitter = Fitter(table);

        public double Fit()
        {
            _fitter = Fitter(table);
            return _fitter.Fit().ObjectiveSum;
        }

        public double Bootstrap(int refits)
        {
            var objective = Fit();
            CaseBootstrap.Run(_fitter, table.Rows.Count, refits, seed: 0);
            return objective;
        }

        private static ScalingFitter Fitter(LossTable table) => new(ScalingLaws.Find("chinchilla"), table, Estimator.Default);
    }
}
