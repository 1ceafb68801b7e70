using SparseProf.CostModel.Scaling.Data;
using SparseProf.CostModel.Scaling.Fitting;

namespace SparseProf.CostModel.Scaling.Laws;

/// <summary>
/// The law of routed models: bilinear in lg N and lg Ê, where the saturating Ê follows from the number of experts,
/// E = 1/(1 − S), or the label <c>experts</c> where a table has it. N is active; D does not enter.
/// </summary>
public sealed class ClarkLaw : ScalingLaw
{
    public override string Name => "clark";

    public override string Formula => "10^(a lg N + b lg Ê + c lg N lg Ê + d), 1/Ê = 1/(E − 1 + 1/(1/E_start − 1/E_max)) + 1/E_max, E = 1/(1−S)";

    public override string Source => "Clark et al. 2022, eq. 2 and 8";

    public override IReadOnlyList<string> ParameterNames { get; } = ["a", "b", "c", "d", "E_start", "E_max"];

    public override ParameterConvention Convention => ParameterConvention.Active;

    public override bool HasTokens => false;

    public override bool HasSparsity => true;

    public override double Loss(IReadOnlyList<double> parameters, double n, double d, double s) => LossOfExperts(parameters, n, 1 / (1 - s));

    public override double Loss(IReadOnlyList<double> parameters, LossRow row) =>
        LossOfExperts(parameters, row.Parameters, ClarkProblem.Experts(row));

    /// <summary>L of a model with <paramref name="n"/> active parameters and so many experts.</summary>
    public static double LossOfExperts(IReadOnlyList<double> parameters, double n, double experts)
    {
        var (logN, logE) = (Math.Log10(n), Math.Log10(Saturated(parameters[4], parameters[5], experts)));
        return Math.Pow(10, (parameters[0] * logN) + (Zero(parameters[1]) * logE) + (Zero(parameters[2]) * logN * logE) + parameters[3]);
    }

    public override double[] AtCenter(IReadOnlyList<double> parameters, double n, double d)
    {
        var (centered, logN) = (parameters.ToArray(), Math.Log10(n));
        centered[1] += centered[2] * logN;
        centered[3] += centered[0] * logN;
        return centered;
    }

    internal override FitProblem Prepare(LossTable table) => new ClarkProblem(this, table.Counting(ParameterConvention.Active));

    private static double Saturated(double start, double max, double experts) =>
        double.IsNaN(start) ? 1 : 1 / ((1 / (experts - 1 + (1 / ((1 / start) - (1 / max))))) + (1 / max));

    private static double Zero(double value) => double.IsNaN(value) ? 0 : value;
}
