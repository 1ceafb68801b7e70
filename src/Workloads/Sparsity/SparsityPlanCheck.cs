using System.Globalization;
using SparseProf.Ops;
using SparseProf.Ops.Errors;

namespace SparseProf.Workloads.Sparsity;

/// <summary>Which patterns and settings a method can have. Errors name the option of <c>train</c> that sets the value.</summary>
internal static class SparsityPlanCheck
{
    /// <exception cref="UserErrorException">The plan contradicts itself.</exception>
    public static void Throw(SparsityPlan plan)
    {
        Bounds.Within(plan.DropFraction, "--drop-fraction", 0, 1);
        Bounds.Share(plan.Begin, "--mask-begin");
        Bounds.Within(plan.End, "--mask-end", 0, 1);
        Bounds.AtLeast(plan.UpdateInterval, "--update-interval", 1);
        if (plan.Method == SparseMethod.Dense)
            return;
        Pattern(plan);
        var prunesByMagnitude = plan.Method is SparseMethod.Magnitude or SparseMethod.Gradual;
        if (plan.Distribution == DensityDistribution.Global && !(prunesByMagnitude && plan.Pattern is SparsityPattern.Unstructured))
        {
            throw new UserErrorException(ErrorKind.WrongUsage, "only magnitude pruning of single weights has a global threshold")
            {
                Where = "--distribution",
                Allowed = "erk, uniform; global with the methods magnitude and gradual and a csr pattern",
            };
        }

        if (plan.Method == SparseMethod.Gradual && plan.Begin > plan.End)
        {
            throw new UserErrorException(ErrorKind.WrongUsage, string.Create(CultureInfo.InvariantCulture, $"pruning cannot begin after a share of {plan.Begin} of the steps and end after {plan.End}"))
            {
                Where = "--mask-begin",
                Allowed = string.Create(CultureInfo.InvariantCulture, $"0 to {plan.End}"),
                Next = "begin earlier, or end later with --mask-end",
            };
        }
    }

    private static void Pattern(SparsityPlan plan)
    {
        var allowed = plan.Method switch
        {
            SparseMethod.SrSte => plan.Pattern is SparsityPattern.NofM ? null : "N:M, such as 2:4",
            SparseMethod.Set or SparseMethod.RigL => plan.Pattern is SparsityPattern.Unstructured ? null : "csr@DENSITY, such as csr@0.1",
            SparseMethod.Gradual => plan.Pattern is SparsityPattern.Unstructured or SparsityPattern.Block ? null : "csr@DENSITY or block:ROWSxCOLUMNS@DENSITY",
            _ => plan.Pattern is SparsityPattern.Dense ? "N:M, csr@DENSITY or block:ROWSxCOLUMNS@DENSITY" : null,
        };
        if (allowed is null)
            return;
        throw new UserErrorException(ErrorKind.WrongUsage, $"{plan.Method.Name()} cannot have the pattern {plan.Pattern}")
        {
            Where = "--pattern",
            Allowed = allowed,
            Next = plan.Pattern switch
            {
                SparsityPattern.Dense => "--method dense trains without zeros",
                SparsityPattern.NofM => "--method sr-ste trains N:M",
                SparsityPattern.Block => "--method gradual, magnitude or static make blocks",
                _ => "--method rigl, set, gradual, magnitude or static drop single weights",
            },
        };
    }
}
