using SparseProf.Ops;
using SparseProf.Ops.Architectures;
using SparseProf.Torch;
using SparseProf.Workloads.Modules;
using SparseProf.Workloads.Sparsity;

namespace SparseProf.Workloads.Models;

/// <summary>The network of a <see cref="ResNetConfig"/>; input: images [batch, channels, size, size], fp32.</summary>
public sealed class ResNetModel : Model
{
    private readonly ResNetConfig _config;
    private readonly NormalizedConvolution _stem;
    private readonly Block[] _blocks;
    private readonly LinearLayer _classifier;

    public ResNetModel(ResNetConfig config, ulong seed)
    {
        _config = config;
        TorchRuntime.Seed(seed);
        var patterns = config.Patterns();
        _stem = AddChild(ResNetConfig.Stem, new NormalizedConvolution(config.StemLayer, patterns));
        _blocks = [.. config.Blocks().Select(block => AddChild(block.Name, new Block(block, patterns)))];
        var width = config.StageWidths[^1];
        _classifier = AddChild(
            ResNetConfig.Classifier, Initial.Linear(width, config.Classes, 1 / Math.Sqrt(width), patterns[ResNetConfig.Classifier]));
    }

    public override Tensor RandomInput(long batch) => Aten.Randn([batch, _config.Channels, _config.ImageSize, _config.ImageSize]);

    protected override Tensor Compute(Tensor input)
    {
        var images = Aten.Relu(_stem.Forward(input));
        foreach (var block in _blocks)
        {
            using var scope = TensorScope.Enter();
            images = scope.Keep(block.Forward(images));
        }

        return _classifier.Forward(Aten.Flatten(Aten.AdaptiveAvgPool2d(images, 1), 1));
    }

    /// <summary>A convolution and its batch normalization.</summary>
    private sealed class NormalizedConvolution : Module
    {
        private readonly Conv2dLayer _convolution;
        private readonly BatchNormLayer _norm;

        public NormalizedConvolution(ConvLayer layer, IReadOnlyDictionary<string, SparsityPattern> patterns)
        {
            var weight = Initial.Normal([layer.Outputs, layer.Inputs, layer.Kernel, layer.Kernel], layer.Deviation);
            var pattern = patterns[layer.Name];
            _convolution = AddChild("conv", new Conv2dLayer(weight, layer.Stride, layer.Padding, pattern, Masks.ByMagnitude(weight, pattern)));
            _norm = AddChild("norm", new BatchNormLayer(layer.Outputs));
        }

        public Tensor Forward(Tensor images) => _norm.Forward(_convolution.Forward(images));
    }

    private sealed class Block : Module
    {
        private readonly NormalizedConvolution _first;
        private readonly NormalizedConvolution _second;
        private readonly NormalizedConvolution? _shortcut;

        public Block(ResidualBlock block, IReadOnlyDictionary<string, SparsityPattern> patterns)
        {
            _first = AddChild("first", new NormalizedConvolution(block.First, patterns));
            _second = AddChild("second", new NormalizedConvolution(block.Second, patterns));
            if (block.Shortcut is { } shortcut)
                _shortcut = AddChild("shortcut", new NormalizedConvolution(shortcut, patterns));
        }

        public Tensor Forward(Tensor images)
        {
            var transformed = _second.Forward(Aten.Relu(_first.Forward(images)));
            return Aten.Relu(Aten.Add(transformed, _shortcut?.Forward(images) ?? images));
        }
    }
}
