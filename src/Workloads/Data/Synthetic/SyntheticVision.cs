using SparseProf.Workloads.Data.Images;

namespace SparseProf.Workloads.Data.Synthetic;

/// <summary>
/// Images in the shape of CIFAR-10 that a program draws: the class is a shape (disc, square, triangle, cross, ring) and
/// its texture (stripes, checks), so that neither alone tells it. Colours, place, size, angle, background, distractors,
/// occlusion and noise tell nothing.
/// </summary>
public static class SyntheticVision
{
    public const string Name = "synthetic-vision";

    // Validation images are drawn from streams that no training set reaches.
    private const int FirstValidation = 1 << 30;

    private static readonly string[] s_classNames =
        [.. TexturedImage.Shapes.SelectMany(shape => TexturedImage.Textures.Select(texture => $"{texture} {shape}"))];

    private static readonly string[] s_groupNames = ["large", "small", "large, occluded", "small, occluded"];

    public static DataSet Create(SyntheticOptions options)
    {
        options = options.Checked();
        var train = Draw(options.Train, 0, options);
        var validation = Draw(options.Validation, FirstValidation, options);
        var normalization = ImageNormalization.Of(train.Pixels);
        return new DataSet(
            options.Named(Name), Synthetic: true, Split("train", train, normalization), Split("validation", validation, normalization), s_classNames.Length, null);
    }

    private static ImageSplit Split(string name, (byte[] Pixels, byte[] Labels, byte[] Groups) drawn, ImageNormalization normalization) =>
        new(drawn.Pixels, drawn.Labels, drawn.Groups, normalization)
        {
            Name = name,
            Synthetic = true,
            Count = drawn.Labels.Length,
            Classes = s_classNames.Length,
            ClassNames = s_classNames,
            GroupNames = s_groupNames,
        };

    private static (byte[] Pixels, byte[] Labels, byte[] Groups) Draw(int count, int first, SyntheticOptions options)
    {
        var (pixels, labels, groups) = (new byte[count * ImageSplit.Bytes], new byte[count], new byte[count]);
        Parallel.For(0, count, i =>
        {
            labels[i] = (byte)(i % s_classNames.Length);
            var image = new TexturedImage(labels[i], options.Difficulty, new(options.Seed, first + i));
            groups[i] = (byte)((image.IsSmall ? 1 : 0) + (image.IsOccluded ? 2 : 0));
            image.Draw(pixels.AsSpan(i * ImageSplit.Bytes, ImageSplit.Bytes));
        });
        return (pixels, labels, groups);
    }
}
