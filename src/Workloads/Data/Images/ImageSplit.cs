using SparseProf.Ops.Statistics;
using SparseProf.Torch;

namespace SparseProf.Workloads.Data.Images;

/// <summary>32×32 RGB images kept as bytes and normalized as they are taken; augmented by a random crop and flip.</summary>
public sealed class ImageSplit(byte[] pixels, byte[] labels, byte[] groups, ImageNormalization normalization) : ClassificationSplit
{
    public const int Side = 32;
    public const int Channels = 3;
    public const int Plane = Side * Side;

    /// <summary>Bytes of one image: planes red, green, blue, each by rows.</summary>
    public const int Bytes = Channels * Plane;

    // Pixels of black around the image before the crop (He et al. 2016, section 4.2).
    private const int Padding = 4;

    private readonly float[] _normalized = normalization.Table();

    public override int Label(int example) => labels[example];

    public override int Group(int example) => groups.Length == 0 ? 0 : groups[example];

    /// <summary>The bytes of one image.</summary>
    public ReadOnlySpan<byte> Image(int example) => pixels.AsSpan(example * Bytes, Bytes);

    public override Batch Take(ReadOnlySpan<int> examples, ulong augmentationSeed)
    {
        var inputs = Aten.Empty([examples.Length, Channels, Side, Side]);
        var classes = Aten.Empty([examples.Length], ScalarType.Int64);
        for (var i = 0; i < examples.Length; i++)
        {
            var image = inputs.Data<float>().Slice(i * Bytes, Bytes);
            if (augmentationSeed == 0)
                Normalize(Image(examples[i]), image);
            else
                Augment(Image(examples[i]), image, new SplitMix64((long)augmentationSeed, examples[i]));
            classes.Data<long>()[i] = labels[examples[i]];
        }

        return new Batch(inputs, classes);
    }

    public override ClassificationSplit Corrupt(Corruption corruption, ulong seed)
    {
        var corrupted = new byte[pixels.Length];
        for (var i = 0; i < Count; i++)
            ImageCorruptions.Apply(Image(i), corrupted.AsSpan(i * Bytes, Bytes), corruption, new SplitMix64((long)seed, i));
        return new ImageSplit(corrupted, labels, groups, normalization)
        {
            Name = Name,
            Synthetic = Synthetic,
            Count = Count,
            Classes = Classes,
            ClassNames = ClassNames,
            GroupNames = GroupNames,
        };
    }

    private void Normalize(ReadOnlySpan<byte> image, Span<float> target)
    {
        for (var channel = 0; channel < Channels; channel++)
        {
            var table = _normalized.AsSpan(channel * 256, 256);
            for (var i = channel * Plane; i < (channel + 1) * Plane; i++)
                target[i] = table[image[i]];
        }
    }

    private void Augment(ReadOnlySpan<byte> image, Span<float> target, SplitMix64 random)
    {
        var (down, right) = (random.NextIndex(2 * Padding + 1) - Padding, random.NextIndex(2 * Padding + 1) - Padding);
        var flip = random.NextIndex(2) == 1;
        for (var channel = 0; channel < Channels; channel++)
        {
            var table = _normalized.AsSpan(channel * 256, 256);
            for (var row = 0; row < Side; row++)
            {
                var from = row + down;
                var target32 = target.Slice(channel * Plane + row * Side, Side);
                for (var column = 0; column < Side; column++)
                {
                    var across = (flip ? Side - 1 - column : column) + right;
                    var inside = (uint)from < Side && (uint)across < Side;
                    target32[column] = table[inside ? image[channel * Plane + from * Side + across] : 0];
                }
            }
        }
    }
}
