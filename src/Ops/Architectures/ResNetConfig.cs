using SparseProf.Ops.Units;

namespace SparseProf.Ops.Architectures;

/// <summary>
/// A residual network of basic blocks for small images: a 3×3 stem without pooling, then stages that each halve the image
/// but the first (He et al. 2016, as is usual for CIFAR). Two blocks a stage make ResNet-18.
/// </summary>
public sealed record ResNetConfig : Architecture
{
    public const string Stem = "stem";

    public const string Classifier = "classifier";

    public IReadOnlyList<int> StageWidths { get; init; } = [64, 128, 256, 512];

    public int BlocksPerStage { get; init; } = 2;

    /// <summary>2 halves the image at once, which small models can do with.</summary>
    public int StemStride { get; init; } = 1;

    public int ImageSize { get; init; } = 32;

    public int Channels { get; init; } = 3;

    public int Classes { get; init; } = 10;

    /// <summary>Null where every weight is kept.</summary>
    public Pruning? Pruning { get; init; }

    public DType DType { get; init; } = DType.Fp32;

    public ConvLayer StemLayer => new(Stem, Channels, StageWidths[0], ImageSize, Kernel: 3, StemStride);

    /// <summary>Stored parameters, zeros included.</summary>
    public long TotalParameters => Prunable.Sum(layer => layer.Weights) + AlwaysDense;

    private IEnumerable<ConvLayer> Convolutions => Blocks().SelectMany(block => block.Layers).Prepend(StemLayer);

    private PrunableLayer ClassifierLayer => new(Classifier, Classes, StageWidths[^1], 1, 1 / Math.Sqrt(StageWidths[^1]));

    private List<PrunableLayer> Prunable => [.. Convolutions.Select(layer => layer.AsPrunable), ClassifierLayer];

    // Two values a channel of every batch normalization, and the classifier's bias.
    private long AlwaysDense => Convolutions.Sum(layer => 2L * layer.Outputs) + Classes;

    public IEnumerable<ResidualBlock> Blocks()
    {
        var (inputs, size) = (StageWidths[0], StemLayer.OutputSize);
        for (var stage = 0; stage < StageWidths.Count; stage++)
        {
            for (var block = 0; block < BlocksPerStage; block++)
            {
                var stride = stage > 0 && block == 0 ? 2 : 1;
                var residual = ResidualBlock.Of($"stage{stage + 1}.block{block + 1}", inputs, StageWidths[stage], size, stride);
                yield return residual;
                (inputs, size) = (residual.First.Outputs, residual.First.OutputSize);
            }
        }
    }

    /// <summary>The pattern of each layer with weights, by name: exactly as many weights as pruning leaves it.</summary>
    public IReadOnlyDictionary<string, SparsityPattern> Patterns()
    {
        var layers = Prunable;
        if (Pruning is not { } pruning)
            return layers.ToDictionary(layer => layer.Name, SparsityPattern (_) => SparsityPattern.Dense.Instance);
        var kept = pruning.Density.KeptWeights(layers, pruning.NonzeroParameters - AlwaysDense);
        return layers.Zip(kept).ToDictionary(pair => pair.First.Name, pair => Pattern(pair.First.Weights, pair.Second));
    }

    public override Graph Graph(long batch) => new("resnet", [.. Nodes(batch)]);

    private static SparsityPattern Pattern(long weights, long kept) =>
        kept == weights ? SparsityPattern.Dense.Instance : new SparsityPattern.Unstructured(new Fraction((double)kept / weights));

    private IEnumerable<GraphNode> Nodes(long batch)
    {
        var patterns = Patterns();
        foreach (var node in Convolution(StemLayer).Append(Relu(StemLayer)))
            yield return node;
        foreach (var block in Blocks())
        {
            foreach (var node in block.Layers.SelectMany(Convolution))
                yield return node;
            yield return Relu(block.First);
            yield return new($"{block.Name}.add", new Elementwise("add", Pixels(block.Second), block.Second.Outputs, DType, Operands: 2));
            yield return new($"{block.Name}.relu", new Elementwise("relu", Pixels(block.Second), block.Second.Outputs, DType));
        }

        var size = Blocks().Last().Second.OutputSize;
        yield return new("pool", new Pooling("mean", batch, StageWidths[^1], size, size, Outputs: 1, DType));
        yield return new(Classifier, new Gemm(new(batch, Classes, StageWidths[^1]), DType, patterns[Classifier], Bias: true));

        long Pixels(ConvLayer layer) => batch * layer.OutputSize * layer.OutputSize;

        GraphNode Relu(ConvLayer layer) => new($"{layer.Name}.relu", new Elementwise("relu", Pixels(layer), layer.Outputs, DType));

        IEnumerable<GraphNode> Convolution(ConvLayer layer) =>
        [
            new(layer.Name, new Conv2d(
                batch, layer.Inputs, layer.Outputs, layer.Size, layer.Size, layer.Kernel, layer.Stride, layer.Padding, DType, patterns[layer.Name])),
            new($"{layer.Name}.norm", new Normalization("batch_norm", Pixels(layer), layer.Outputs, DType)),
        ];
    }
}

/// <summary>Which weights of a network are zero.</summary>
/// <param name="NonzeroParameters">Of the whole network, normalization and bias included.</param>
public sealed record Pruning(LayerDensity Density, long NonzeroParameters);

/// <summary>Two 3×3 convolutions and a shortcut, which is a 1×1 convolution where the shape changes.</summary>
public sealed record ResidualBlock(string Name, ConvLayer First, ConvLayer Second, ConvLayer? Shortcut)
{
    public IEnumerable<ConvLayer> Layers => Shortcut is null ? [First, Second] : [First, Second, Shortcut];

    internal static ResidualBlock Of(string name, int inputs, int outputs, int size, int stride)
    {
        var first = new ConvLayer($"{name}.first", inputs, outputs, size, Kernel: 3, stride);
        return new ResidualBlock(
            name,
            first,
            new ConvLayer($"{name}.second", outputs, outputs, first.OutputSize, Kernel: 3, Stride: 1),
            stride > 1 || inputs != outputs ? new ConvLayer($"{name}.shortcut", inputs, outputs, size, Kernel: 1, stride) : null);
    }
}
