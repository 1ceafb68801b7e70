using SparseProf.Ops;
using SparseProf.Ops.Architectures;
using SparseProf.Torch;
using SparseProf.Workloads.Execution;
using SparseProf.Workloads.Models;
using SparseProf.Workloads.Sparsity;

namespace SparseProf.Workloads.Tests.Sparsity;

public sealed class PatternMapTests
{
    public PatternMapTests() => RequiresTorch.OrSkip();

    [Fact]
    public void A_map_tells_density_in_degrees_and_a_picture()
    {
        using var model = new DecoderModel(new DecoderConfig { Layers = 1, Width = 32, Heads = 2, FfnWidth = 32, Vocabulary = 8, Tokens = 4 }, seed: 1);
        var (path, layer) = model.WeightLayers().First();
        var mask = new bool[32 * 32];
        // The left half of the upper half of the rows, and one weight below.
        for (var row = 0; row < 16; row++)
            mask.AsSpan(row * 32, 16).Fill(true);
        mask[^1] = true;
        layer.Prune(Aten.FromArray(mask, 32, 32), new SparsityPattern.Unstructured(new(0.25)));

        var map = Assert.Single(PatternMap.Of(model));

        Assert.Equal((path, 257L, 257 / 1024.0), (map.Path, map.Kept, map.Density));
        Assert.Equal([16, 0, 1], new[] { map.InDegrees[0], map.InDegrees[16], map.InDegrees[31] });
        Assert.Equal(0.5, map.InDegreeHistogram[0], 1e-9);
        Assert.Equal(0.5, map.InDegreeHistogram[5], 1e-9);
        Assert.Equal([1, 0, 0, 0.25], new[] { map.Picture[0, 0], map.Picture[0, 8], map.Picture[8, 0], map.Picture[15, 15] });
    }
}
