namespace SparseProf.Workloads.Modules;

internal static class Transformers
{
    /// <summary>Of the initial weights of BERT (Devlin et al. 2019, released configuration).</summary>
    public const double Deviation = 0.02;
}
