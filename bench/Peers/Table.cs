using SparseProf.Ops.Units;

namespace SparseProf.Peers;

internal static class Table
{
    public static string Row(Comparison comparison)
    {
        var ratio = comparison.Ratio;
        var aim = comparison.AtLeast > 0 ? $"{comparison.AtLeast:0.00} to {comparison.AtMost:0.00}" : $"<= {comparison.AtMost:0.00##}";
        return $"{comparison.Work + " vs " + comparison.Peer,-44} {new Seconds(comparison.OurSeconds),10} {new Seconds(comparison.PeerSeconds),10}"
            + $"  {ratio.Median:0.000#} ({ratio.Low:0.000#} to {ratio.High:0.000#})      {aim}  {(comparison.Met ? "met" : "missed")}";
    }
}
