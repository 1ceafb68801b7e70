namespace SparseProf.Workloads.Data.Images;

/// <summary>Mean and standard deviation of each channel, of pixels from 0 to 1; inputs are (pixel − mean) ÷ deviation.</summary>
public sealed record ImageNormalization(float[] Mean, float[] Deviation)
{
    /// <summary>Over images as <see cref="ImageSplit"/> keeps them.</summary>
    public static ImageNormalization Of(ReadOnlySpan<byte> pixels)
    {
        var (mean, deviation) = (new float[ImageSplit.Channels], new float[ImageSplit.Channels]);
        for (var channel = 0; channel < ImageSplit.Channels; channel++)
        {
            var (sum, squares, count) = (0L, 0L, 0L);
            for (var start = channel * ImageSplit.Plane; start < pixels.Length; start += ImageSplit.Bytes)
            {
                foreach (var pixel in pixels.Slice(start, ImageSplit.Plane))
                {
                    sum += pixel;
                    squares += pixel * pixel;
                }

                count += ImageSplit.Plane;
            }

            var average = (double)sum / count;
            mean[channel] = (float)(average / byte.MaxValue);
            deviation[channel] = (float)(Math.Sqrt((double)squares / count - average * average) / byte.MaxValue);
        }

        return new ImageNormalization(mean, deviation);
    }

    /// <summary>The input for each channel and byte: [channels · 256].</summary>
    internal float[] Table()
    {
        var table = new float[ImageSplit.Channels * 256];
        for (var i = 0; i < table.Length; i++)
            table[i] = (i % 256 / (float)byte.MaxValue - Mean[i / 256]) / Deviation[i / 256];
        return table;
    }
}
