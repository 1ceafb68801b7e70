using SparseProf.CostModel.Scaling;
using SparseProf.CostModel.Scaling.Data;
using SparseProf.CostModel.Scaling.Fitting;
using SparseProf.CostModel.Scaling.Laws;

namespace SparseProf.Peers;

/// <summary>
/// How often 95 % intervals hold a planted truth, and how often runs that cannot tell a parameter are told so. All losses
/// are synthetic: a law's own, times log-normal noise of 1 %.
/// </summary>
internal static class IntervalCoverage
{
    private const int Sets = 200;
    private const int Resamples = 400;
    private const int FewResamples = 60;
    private const double Noise = 0.01;
    private static readonly double[] s_tokens = [1e9, 4e9, 1.6e10, 6.4e10, 2.5e11];
    private static readonly double[] s_sparsities = [0, 0.5, 0.75, 0.9];

    public static int Run()
    {
        Console.WriteLine($"95 % case-bootstrap intervals, {Sets} synthetic data sets a law, {Resamples} resamples");
        Coverage("chinchilla", new() { ["L_star"] = 1.7, ["a"] = 400, ["c"] = 2000, ["alpha"] = 0.34, ["beta"] = 0.37 }, [0], s_tokens, sizes: 16);
        Coverage("paper", s_paper, s_sparsities, s_tokens, sizes: 8);
        Console.WriteLine($"told as not identified, of {Sets} synthetic data sets by the paper's law, {FewResamples} resamples");
        Told("one D", s_sparsities, [1e10], "c", "beta");
        Told("one level of S", [0.5], s_tokens, "b");
        Told("dense only", [0], s_tokens, "b");
        return 0;
    }

    private static readonly Dictionary<string, double> s_paper =
        new() { ["L_star"] = 1.7, ["a"] = 400, ["b"] = 250, ["c"] = 2000, ["alpha"] = 0.34, ["beta"] = 0.37 };

    private static void Coverage(string law, Dictionary<string, double> truth, double[] sparsities, double[] tokens, int sizes)
    {
        var held = truth.Keys.ToDictionary(name => name, _ => 0);
        for (var set = 0; set < Sets; set++)
        {
            var analysis = Analyse(law, truth, sparsities, tokens, sizes, set, Resamples);
            foreach (var estimate in analysis.Parameters.Where(estimate => estimate.Low <= truth[estimate.Name] && truth[estimate.Name] <= estimate.High))
                held[estimate.Name]++;
        }

        Console.WriteLine($"  {law,-16} {string.Join("  ", held.Select(entry => $"{entry.Key} {entry.Value / (double)Sets:0.0 %}"))}");
    }

    private static void Told(string planted, double[] sparsities, double[] tokens, params string[] parameters)
    {
        var told = 0;
        for (var set = 0; set < Sets; set++)
        {
            var lost = Analyse("paper", s_paper, sparsities, tokens, sizes: 8, set, FewResamples).Identifiability!.NotIdentified.Select(entry => entry.Parameter);
            if (parameters.All(lost.Contains))
                told++;
        }

        Console.WriteLine($"  {planted,-16} {string.Join(", ", parameters)}: {told / (double)Sets:0.0 %}");
    }

    private static ScalingAnalysis Analyse(string law, Dictionary<string, double> truth, double[] sparsities, double[] tokens, int sizes, int set, int resamples) =>
        ScalingAnalysis.Run(Simulate(ScalingLaws.Find(law), truth, sparsities, tokens, sizes, set), new ScalingRequest(law, Estimator.Default, resamples, set));

    private static LossTable Simulate(ScalingLaw law, Dictionary<string, double> truth, double[] sparsities, double[] tokens, int sizes, int seed)
    {
        var random = new Random(seed);
        var parameters = law.ParameterNames.Select(name => truth[name]).ToArray();
        var rows =
            from s in sparsities
            from d in tokens
            from size in Enumerable.Range(0, sizes)
            let n = 1e7 * Math.Pow(1e3, size / (sizes - 1.0))
            select new LossRow(n, d, s, law.Loss(parameters, n, d, s) * Math.Exp(Noise * Normal(random)));
        return new LossTable([.. rows], ParameterConvention.Active);
    }

    private static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
