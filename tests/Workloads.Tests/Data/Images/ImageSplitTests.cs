using SparseProf.Workloads.Data;
using SparseProf.Workloads.Data.Images;

namespace SparseProf.Workloads.Tests.Data.Images;

public sealed class ImageSplitTests
{
    private static readonly ImageNormalization s_plain = new([0, 0, 0], [1 / 255f, 1 / 255f, 1 / 255f]);

    public ImageSplitTests() => RequiresTorch.OrSkip();

    [Fact]
    public void Augmentation_is_a_crop_of_at_most_four_pixels_and_a_flip()
    {
        // Each pixel tells its place, so that shift and flip can be read from the result.
        var split = Split(Ramp());
        var seen = new HashSet<(int Down, int Right, bool Flip)>();
        for (ulong seed = 1; seed <= 400; seed++)
        {
            using var batch = split.Take([0], seed);
            var image = Pixels(batch);
            var (row, column) = (image[16 * 32 + 16], image[1024 + 16 * 32 + 16]);
            var next = image[1024 + 16 * 32 + 17];
            var flip = next < column;
            seen.Add((row - 1 - 16, column - 1 - (flip ? 15 : 16), flip));
            for (var y = 0; y < 32; y++)
            {
                var (fromRow, inside) = (y + row - 1 - 16, y + row - 1 - 16 is >= 0 and < 32);
                Assert.Equal(inside ? fromRow + 1 : 0, image[y * 32 + 16]);
            }
        }

        Assert.All(seen, found => Assert.True(Math.Abs(found.Down) <= 4 && Math.Abs(found.Right) <= 4));
        Assert.InRange(seen.Count, 130, 162);
    }

    [Fact]
    public void The_same_seed_gives_the_same_batch_and_no_seed_the_image_itself()
    {
        var split = Split(Ramp());
        using var first = split.Take([0], 7);
        using var again = split.Take([0], 7);
        using var plain = split.Take([0], 0);
        Assert.Equal(first.Inputs.Data<float>(), again.Inputs.Data<float>());
        Assert.Equal(Ramp().Select(pixel => (int)pixel), Pixels(plain));
    }

    [Fact]
    public void Normalization_of_its_own_pixels_gives_mean_0_and_deviation_1()
    {
        var random = new Random(1);
        var pixels = new byte[20 * ImageSplit.Bytes];
        random.NextBytes(pixels);
        var split = new ImageSplit(pixels, new byte[20], [], ImageNormalization.Of(pixels)) { Name = "train", Synthetic = true, Count = 20, Classes = 1, ClassNames = ["one"] };
        using var batch = split.Take([.. Enumerable.Range(0, 20)], 0);
        var values = batch.Inputs.Data<float>().ToArray();
        Assert.Equal(0, values.Average(), 1e-3);
        Assert.Equal(1, values.Average(value => value * value), 1e-3);
    }

    [Theory]
    [InlineData(CorruptionKind.Noise, 5, 45, 55)]
    [InlineData(CorruptionKind.Noise, 1, 9, 11.5)]
    public void Noise_has_the_deviation_that_its_severity_says(CorruptionKind kind, int severity, double low, double high)
    {
        var grey = Enumerable.Repeat((byte)128, ImageSplit.Bytes).ToArray();
        var spoilt = ((ImageSplit)Split(grey).Corrupt(Corruption.Of(kind, severity), 3)).Image(0).ToArray();
        Assert.InRange(Math.Sqrt(spoilt.Average(pixel => (pixel - 128.0) * (pixel - 128.0))), low, high);
    }

    [Fact]
    public void Blur_keeps_the_mean_and_takes_the_edges_away()
    {
        var board = Enumerable.Range(0, ImageSplit.Bytes).Select(i => (byte)((i + i / 32) % 2 * 200)).ToArray();
        var spoilt = ((ImageSplit)Split(board).Corrupt(Corruption.Of(CorruptionKind.Blur, 1), 3)).Image(0).ToArray();
        Assert.Equal(board.Average(pixel => pixel), spoilt.Average(pixel => pixel), 1.0);
        Assert.All(Enumerable.Range(40, 20), i => Assert.InRange(spoilt[i], 99, 101));
    }

    [Fact]
    public void Contrast_shrinks_towards_the_mean()
    {
        var halves = Enumerable.Range(0, ImageSplit.Bytes).Select(i => (byte)(i % 2 * 200)).ToArray();
        var spoilt = ((ImageSplit)Split(halves).Corrupt(Corruption.Of(CorruptionKind.Contrast, 5), 3)).Image(0);
        Assert.Equal([80, 120], new[] { spoilt[0], spoilt[1] }.Select(pixel => (int)pixel));
    }

    [Fact]
    public void Text_corruptions_do_not_apply_to_images() =>
        Assert.Throws<ArgumentException>(() => Split(Ramp()).Corrupt(Corruption.Of(CorruptionKind.Typos, 1), 1));

    private static int[] Pixels(Batch batch) => [.. batch.Inputs.Data<float>().ToArray().Select(value => (int)Math.Round(value))];

    // Red: row + 1, green: column + 1, blue: 0.
    private static byte[] Ramp() =>
        [.. Enumerable.Range(0, ImageSplit.Bytes).Select(i => (byte)(i < 1024 ? i / 32 + 1 : i < 2048 ? i % 32 + 1 : 0))];

    private static ImageSplit Split(byte[] image) =>
        new(image, [0], [], s_plain) { Name = "train", Synthetic = true, Count = 1, Classes = 1, ClassNames = ["one"] };
}
