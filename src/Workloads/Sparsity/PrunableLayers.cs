using System.Globalization;
using SparseProf.Ops;
using SparseProf.Ops.Architectures;
using SparseProf.Ops.Errors;
using SparseProf.Ops.Units;
using SparseProf.Workloads.Execution;
using SparseProf.Workloads.Modules;

namespace SparseProf.Workloads.Sparsity;

/// <summary>Which layers of a model a plan makes sparse, and how far each.</summary>
internal static class PrunableLayers
{
    private const string Option = "--dense-layer";

    // First and last layers hold few weights and cost accuracy; a router's choice is what a mixture is about.
    private static readonly string[] s_usuallyDense = ["stem", "classifier", "pooler", "head", "switch.router"];

    /// <exception cref="UserErrorException">All layers are to stay dense, or one that the model does not have.</exception>
    public static IReadOnlyList<(string Path, WeightLayer Layer)> Of(Module model, SparsityPlan plan)
    {
        var dense = plan.DenseLayers ?? s_usuallyDense;
        var all = model.WeightLayers().ToList();
        if (plan.DenseLayers?.FirstOrDefault(start => !s_usuallyDense.Contains(start) && !all.Any(entry => Matches(entry.Path, start))) is { } strange)
            throw Suggestion.UnknownName("layer", strange, [.. all.Select(entry => entry.Path)], Option);
        var layers = all.Where(entry => !dense.Any(start => Matches(entry.Path, start))).ToList();
        return layers.Count > 0
            ? layers
            : throw new UserErrorException(ErrorKind.WrongUsage, "no layer is left to be sparse")
            {
                Where = Option,
                Allowed = string.Join(", ", all.Select(entry => entry.Path)),
                Next = $"keep fewer layers dense than {string.Join(", ", dense)}",
            };
    }

    /// <summary>The pattern of each layer; unstructured ones share the plan's density by its distribution.</summary>
    /// <exception cref="UserErrorException">A layer cannot carry the pattern, or would lose every weight.</exception>
    public static IReadOnlyList<SparsityPattern> Patterns(IReadOnlyList<(string Path, WeightLayer Layer)> layers, SparsityPlan plan)
    {
        foreach (var (path, layer) in layers)
        {
            if (plan.Pattern.Misfit(layer.Rows, layer.Columns) is { } misfit)
                throw Misfit(path, plan, misfit);
        }

        if (plan.Pattern is not SparsityPattern.Unstructured unstructured)
            return [.. layers.Select(entry => Fitted(entry.Path, plan, entry.Layer))];
        var sizes = layers.Select(entry => Size(entry.Path, entry.Layer)).ToList();
        var budget = (long)Math.Round(unstructured.Density.Value * sizes.Sum(size => size.Weights));
        LayerDensity sharing = plan.Distribution == DensityDistribution.Erk ? new LayerDensity.ErdosRenyiKernel() : new LayerDensity.Uniform();
        var kept = sharing.KeptWeights(sizes, budget);
        for (var i = 0; i < kept.Count; i++)
        {
            if (kept[i] == 0)
                throw Empty(sizes[i], plan, unstructured.Density);
        }

        return [.. sizes.Zip(kept, SparsityPattern (size, count) => new SparsityPattern.Unstructured(new Fraction((double)count / size.Weights)))];
    }

    private static bool Matches(string path, string start) =>
        path == start || path.StartsWith(start + ".", StringComparison.Ordinal) || path.EndsWith("." + start, StringComparison.Ordinal);

    private static PrunableLayer Size(string path, WeightLayer layer)
    {
        var kernel = layer is Conv2dLayer convolution ? convolution.Kernel : 1;
        return new PrunableLayer(path, (int)layer.Rows, (int)(layer.Columns / (kernel * kernel)), kernel, 1);
    }

    private static SparsityPattern Fitted(string path, SparsityPlan plan, WeightLayer layer)
    {
        // Fitting rounds up to one block rather than to none, which could be far from what was asked.
        if (plan.Pattern is SparsityPattern.Block block && block.Density.Value * (layer.Rows / block.Rows) * (layer.Columns / block.Columns) < 0.5)
            throw Empty(Size(path, layer), plan, block.Density);
        return plan.Pattern.FitTo(layer.Rows, layer.Columns);
    }

    private static UserErrorException Misfit(string path, SparsityPlan plan, string misfit) =>
        new(ErrorKind.WrongUsage, $"{plan.Pattern} does not fit layer {path}: {misfit}")
        {
            Where = "--pattern",
            Allowed = SparsityPatternText.Allowed,
            Next = $"choose a pattern that divides the layer, or keep it dense: {KeptDense(plan, path)}",
        };

    private static UserErrorException Empty(PrunableLayer layer, SparsityPlan plan, Fraction density) =>
        new(ErrorKind.WrongUsage, string.Create(CultureInfo.InvariantCulture, $"no mask can meet a density of {density.Value:G6}: layer {layer.Name} with {layer.Weights} weights would keep none"))
        {
            Where = "--pattern or --sparsity",
            Allowed = "densities that leave every layer a weight, or a block",
            Next = $"raise the density, choose another --distribution, or keep the layer dense: {KeptDense(plan, layer.Name)}",
        };

    // The option replaces the usual ones.
    private static string KeptDense(SparsityPlan plan, string path) => $"{Option} {string.Join(' ', plan.DenseLayers ?? s_usuallyDense)} {path}";
}
