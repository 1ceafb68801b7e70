using SparseProf.Ops.Architectures;
using SparseProf.Torch;
using SparseProf.Workloads.Execution;
using SparseProf.Workloads.Models;

namespace SparseProf.Workloads.Training;

/// <summary>
/// Sparse maximal update parameterization (Dey et al. 2024, table 1, for Adam): with m_d the width and m_ρ the density over
/// those of the base, hidden weights have the variance 1/(width·m_ρ) and the learning rate η/(m_d·m_ρ); the head, which
/// stays dense, the variance 1/(width·m_d) and the rate η/m_d (Yang et al. 2022, table 3). Embeddings, biases and
/// normalizations keep theirs. A learning rate found at the base then serves other widths and densities.
/// </summary>
/// <param name="BaseWidth">Width of the model on which the learning rate was found.</param>
/// <param name="BaseDensity">Density of that model's hidden weights.</param>
public sealed record SmuPar(int BaseWidth, double BaseDensity = 1)
{
    /// <summary>Rescales the initial weights.</summary>
    /// <param name="densities">Of the layers that are sparse, by path.</param>
    internal void Initialize(Model model, DecoderConfig config, IReadOnlyDictionary<string, double> densities)
    {
        using var noGrad = Autograd.NoGrad();
        foreach (var (path, layer) in model.WeightLayers())
        {
            // The usual initialization has the variance 1/fan-in already.
            var excess = path == DecoderModel.Head ? WidthFactor(config) : DensityFactor(densities.GetValueOrDefault(path, 1));
            Aten.MulInPlace(layer.Weight, 1 / Math.Sqrt(excess));
        }
    }

    /// <summary>Learning rate of a parameter over the common one.</summary>
    /// <param name="layer">The path of its layer where it is a layer's weight, else null.</param>
    internal double RateFactor(string? layer, DecoderConfig config, IReadOnlyDictionary<string, double> densities) => layer switch
    {
        null => 1,
        DecoderModel.Head => 1 / WidthFactor(config),
        _ => 1 / (WidthFactor(config) * DensityFactor(densities.GetValueOrDefault(layer, 1))),
    };

    private double WidthFactor(DecoderConfig config) => (double)config.Width / BaseWidth;

    private double DensityFactor(double density) => density / BaseDensity;
}
