using SparseProf.Ops;
using SparseProf.Ops.Errors;

namespace SparseProf.Workloads.Sparsity;

/// <summary>Which patterns and settings a method can have.</summary>
internal static class SparsityPlanCheck
{
    /// <exception cref="UserErrorException">The plan contradicts itself.</exception>
    public static void Throw(SparsityPlan plan)
    {
        var allowed = plan.Method switch
        {
            SparseMethod.SrSte => plan.Pattern is SparsityPattern.NofM ? null : "N:M, such as 2:4",
            SparseMethod.Set or SparseMethod.RigL => plan.Pattern is SparsityPattern.Unstructured ? null : "csr@DENSITY, such as csr@0.1",
            SparseMethod.Gradual => plan.Pattern is SparsityPattern.Unstructured or SparsityPattern.Block ? null : "csr@DENSITY or block:ROWSxCOLUMNS@DENSITY",
            _ => plan.Pattern is SparsityPattern.Dense ? "a pattern that is not dense" : null,
        };
        if (allowed is not null)
            throw new UserErrorException(ErrorKind.WrongUsage, $"{plan.Method.Name()} cannot have the pattern {plan.Pattern}") { Allowed = allowed };
        var prunesByMagnitude = plan.Method is SparseMethod.Magnitude or SparseMethod.Gradual;
        if (plan.Distribution == DensityDistribution.Global && !(prunesByMagnitude && plan.Pattern is SparsityPattern.Unstructured))
        {
            throw new UserErrorException(ErrorKind.WrongUsage, "only magnitude pruning of single weights has a global threshold")
            {
                Allowed = "erk, uniform; global with the methods magnitude and gradual and a csr pattern",
            };
        }

        Share(plan.DropFraction, "the drop fraction");
        Share(plan.Begin, "the begin of pruning");
        Share(plan.End, "the end of mask updates");
        if (plan.UpdateInterval < 1)
            throw new UserErrorException(ErrorKind.WrongUsage, $"masks cannot be updated every {plan.UpdateInterval} steps") { Allowed = "1 or more" };
    }

    private static void Share(double value, string what)
    {
        if (value is not (>= 0 and <= 1))
            throw new UserErrorException(ErrorKind.WrongUsage, $"{what} is {value}") { Allowed = "0 to 1, a share" };
    }
}
