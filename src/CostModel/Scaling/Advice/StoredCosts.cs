using SparseProf.Ops;
using SparseProf.Ops.Errors;
using SparseProf.Store;
using SparseProf.Store.Rows;

namespace SparseProf.CostModel.Scaling.Advice;

/// <summary>
/// h(S) of a format from the kernels in the database: at each sparsity the geometric mean, over shapes, of the best sparse
/// time over the best dense time of the same shape, dtype, mode, regime and data in the same run. The interval is of that mean.
/// </summary>
public static class StoredCosts
{
    /// <param name="leastRows">Only products of so many rows of input or more: training and prefill run thousands, decoding a few.</param>
    /// <exception cref="UserErrorException">No sparse kernel of this format stands beside a dense one.</exception>
    public static CostCurve Read(string database, string format, long leastRows = 1)
    {
        using var reader = MeasurementReader.Open(database);
        var medians = reader.Measurements().Where(row => row is { OpKind: "gemm", Verified: true } && row.Execution != Execution.Masked && row.M >= leastRows)
            .Select(row => (Row: row, Pattern: SparsityPatternText.Parse(row.Pattern), Seconds: Median(reader.Samples(row.Id))))
            .Where(entry => entry.Seconds > 0).ToList();
        var ratios = medians.GroupBy(entry => (entry.Row.RunId, entry.Row.M, entry.Row.N, entry.Row.K, entry.Row.Batch, entry.Row.Dtype, entry.Row.Mode, entry.Row.Regime, entry.Row.Data)).SelectMany(Ratios).ToList();
        var chosen = ratios.Where(ratio => string.Equals(ratio.Format, format, StringComparison.OrdinalIgnoreCase)).GroupBy(ratio => Math.Round(ratio.Sparsity, 4)).OrderBy(group => group.Key).ToList();
        if (chosen.Count == 0)
        {
            throw new UserErrorException(ErrorKind.WrongUsage, $"the database holds no verified '{format}' kernel beside a dense one of the same shape{(leastRows > 1 ? $" and at least {leastRows} rows" : "")}")
            {
                Where = database,
                Allowed = ratios.Count > 0 ? $"--format {string.Join(", ", ratios.Select(ratio => ratio.Format).Distinct())}" : null,
                Next = "sparseprof measure --suite kernels, or give --cost FILE",
            };
        }

        return new CostCurve(
            [0, .. chosen.Select(group => group.Key)],
            [1, .. chosen.Select(group => Math.Exp(group.Average(ratio => Math.Log(ratio.Cost))))],
            [0, .. chosen.Select(group => StandardError([.. group.Select(ratio => Math.Log(ratio.Cost))]))]);
    }

    private static IEnumerable<(string Format, double Sparsity, double Cost)> Ratios(IEnumerable<(MeasurementRow Row, SparsityPattern Pattern, double Seconds)> sameWork)
    {
        var all = sameWork.ToList();
        if (!all.Exists(entry => entry.Pattern is SparsityPattern.Dense))
            return [];
        var dense = all.Where(entry => entry.Pattern is SparsityPattern.Dense).Min(entry => entry.Seconds);
        return all.Where(entry => entry.Pattern is not SparsityPattern.Dense).GroupBy(entry => (Format: FormatOf(entry.Pattern), Sparsity: entry.Pattern.Sparsity.Value))
            .Select(group => (group.Key.Format, group.Key.Sparsity, group.Min(entry => entry.Seconds) / dense));
    }

    private static string FormatOf(SparsityPattern pattern) => pattern switch
    {
        SparsityPattern.NofM => "n:m",
        SparsityPattern.Block => "block",
        _ => "csr",
    };

    private static double Median(double[] samples)
    {
        Array.Sort(samples);
        return samples.Length == 0 ? 0 : samples[samples.Length / 2];
    }

    /// <summary>Of the mean of the logarithms; zero from one shape alone, which tells no spread.</summary>
    private static double StandardError(double[] logarithms)
    {
        if (logarithms.Length < 2)
            return 0;
        var mean = logarithms.Average();
        return Math.Sqrt(logarithms.Sum(value => (value - mean) * (value - mean)) / (logarithms.Length - 1) / logarithms.Length);
    }
}
