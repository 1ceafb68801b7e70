using SparseProf.Reports.Document;

namespace SparseProf.Reports.Sections;

internal static class MethodSection
{
    public static Section Build() => new("method", "Method",
    [
        new Block.Points(
        [
            "Every kernel is checked against a float64 reference before it is timed; one that was not verified enters no speedup.",
            "Time: median of the raw samples. Its 95 % interval is the wider of order statistics and a circular block bootstrap (blocks of 16, 400 resamples).",
            "Speedup: dense time over sparse time, against the fastest dense kernel or execution of the same work. Samples that were taken in turns are compared block by block (Hodges–Lehmann over log ratios), others as independent medians.",
            "Verdict: faster or slower only where the whole interval lies on one side of 1×; the same where it lies within ±1 %; undecided otherwise.",
            "Promised: dense-equivalent FLOPs of the baseline over nonzero FLOPs. A multiply-add is two FLOPs.",
            "Break-even: log speedup interpolated over log density; the band is where the band of the intervals crosses 1×.",
            "Cold: the last-level cache is evicted before each timed stretch; hot: the same inputs again and again. They are never mixed.",
            "Scaling law: Huber estimator on log residuals, variable projection with polished starts, case bootstrap; laws are compared by ten-fold cross-validation and by predicting the largest models.",
            "Predictions come from data sheets alone unless said otherwise and carry 90 % intervals.",
        ]),
        new Block.Paragraph("Every figure follows from the raw samples in the database and can be computed again with the same version of SparseProf."),
    ]);
}
