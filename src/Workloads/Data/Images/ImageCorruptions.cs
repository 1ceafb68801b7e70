using SparseProf.Ops.Statistics;

namespace SparseProf.Workloads.Data.Images;

/// <summary>
/// Noise, blur and lost contrast in five severities, after Hendrycks and Dietterich 2019: normal noise of deviation 0.04 to
/// 0.2, means over a growing window, and contrast from 84 % down to 20 %.
/// </summary>
internal static class ImageCorruptions
{
    private const double WorstDeviation = 0.2 * byte.MaxValue;
    private const double LeastContrast = 0.2;

    /// <exception cref="ArgumentException">A corruption of text.</exception>
    public static void Apply(ReadOnlySpan<byte> image, Span<byte> target, Corruption corruption, SplitMix64 random)
    {
        switch (corruption.Kind)
        {
            case CorruptionKind.Noise:
                for (var i = 0; i < image.Length; i++)
                    target[i] = ToByte(image[i] + WorstDeviation * corruption.Strength * random.NextNormal());
                break;
            case CorruptionKind.Blur:
                Blur(image, target, corruption.Severity);
                break;
            case CorruptionKind.Contrast:
                LowerContrast(image, target, 1 - (1 - LeastContrast) * corruption.Strength);
                break;
            default:
                throw new ArgumentException($"{corruption.Name} is no corruption of images", nameof(corruption));
        }
    }

    // Passes of a [1 2 1] kernel down and across: a binomial, so nearly a normal, window.
    private static void Blur(ReadOnlySpan<byte> image, Span<byte> target, int passes)
    {
        var (values, other) = (new float[image.Length], new float[image.Length]);
        for (var i = 0; i < image.Length; i++)
            values[i] = image[i];
        for (var pass = 0; pass < passes; pass++)
        {
            Smooth(values, other, step: 1);
            Smooth(other, values, step: ImageSplit.Side);
        }

        for (var i = 0; i < image.Length; i++)
            target[i] = ToByte(values[i]);
    }

    private static void Smooth(ReadOnlySpan<float> from, Span<float> to, int step)
    {
        for (var i = 0; i < from.Length; i++)
        {
            var place = step == 1 ? i % ImageSplit.Side : i % ImageSplit.Plane / ImageSplit.Side;
            var before = place == 0 ? from[i] : from[i - step];
            var after = place == ImageSplit.Side - 1 ? from[i] : from[i + step];
            to[i] = (before + 2 * from[i] + after) / 4;
        }
    }

    private static void LowerContrast(ReadOnlySpan<byte> image, Span<byte> target, double share)
    {
        for (var start = 0; start < image.Length; start += ImageSplit.Plane)
        {
            var sum = 0;
            foreach (var pixel in image.Slice(start, ImageSplit.Plane))
                sum += pixel;
            var mean = (double)sum / ImageSplit.Plane;
            for (var i = start; i < start + ImageSplit.Plane; i++)
                target[i] = ToByte(mean + share * (image[i] - mean));
        }
    }

    private static byte ToByte(double value) => (byte)Math.Clamp(Math.Round(value), 0, byte.MaxValue);
}
