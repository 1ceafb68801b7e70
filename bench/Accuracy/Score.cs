using SparseProf.Ops.Statistics;

namespace SparseProf.Accuracy;

/// <summary>Mean absolute percentage error and share of truths within their interval, both in %.</summary>
internal sealed record Score(int Rows, double Error, double Coverage)
{
    public static Score Of(IEnumerable<(Estimate Predicted, double Truth)> pairs)
    {
        var all = pairs.ToArray();
        return new(
            all.Length,
            100 * all.Average(pair => Math.Abs(pair.Predicted.Value / pair.Truth - 1)),
            100 * all.Average(pair => pair.Truth >= pair.Predicted.Low && pair.Truth <= pair.Predicted.High ? 1.0 : 0));
    }
}
