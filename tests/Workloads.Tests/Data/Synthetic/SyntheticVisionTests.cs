using SparseProf.Workloads.Data;
using SparseProf.Workloads.Data.Images;
using SparseProf.Workloads.Data.Synthetic;

namespace SparseProf.Workloads.Tests.Data.Synthetic;

public sealed class SyntheticVisionTests
{
    private static readonly SyntheticOptions s_few = new(Train: 200, Validation: 100);

    [Fact]
    public void It_has_the_shape_of_CIFAR_10_and_is_called_synthetic()
    {
        var data = SyntheticVision.Create(s_few);
        Assert.Equal(("synthetic-vision", true, 10, null), (data.Name, data.Synthetic, data.Classes, data.Vocabulary));
        Assert.Equal((200, 100), (data.Train.Count, data.Validation.Count));
        Assert.True(data.Train.Synthetic && data.Validation.Synthetic);
        var train = (ImageSplit)data.Train;
        Assert.Equal(Enumerable.Repeat(20, 10), Enumerable.Range(0, 200).CountBy(train.Label).OrderBy(entry => entry.Key).Select(entry => entry.Value));
    }

    [Fact]
    public void An_image_depends_on_seed_and_number_alone()
    {
        var (few, more) = ((ImageSplit)SyntheticVision.Create(s_few).Train, (ImageSplit)SyntheticVision.Create(s_few with { Train = 250 }).Train);
        var other = (ImageSplit)SyntheticVision.Create(s_few with { Seed = 2 }).Train;
        Assert.Equal(few.Image(7), more.Image(7));
        Assert.NotEqual(few.Image(7).ToArray(), other.Image(7).ToArray());
    }

    [Fact]
    public void No_validation_image_is_one_of_training()
    {
        var data = SyntheticVision.Create(s_few);
        var (train, validation) = ((ImageSplit)data.Train, (ImageSplit)data.Validation);
        var seen = Enumerable.Range(0, train.Count).Select(i => Convert.ToHexString(train.Image(i))).ToHashSet();
        Assert.DoesNotContain(Enumerable.Range(0, validation.Count), i => seen.Contains(Convert.ToHexString(validation.Image(i))));
    }

    [Fact]
    public void What_differs_from_the_usual_is_part_of_the_name() =>
        Assert.Equal("synthetic-vision(difficulty=0.8,seed=3)", SyntheticVision.Create(s_few with { Difficulty = 0.8, Seed = 3 }).Name);

    [Fact]
    public void Difficulty_hides_more_images_behind_an_occluder()
    {
        Assert.Equal(0, Occluded(0));
        Assert.InRange(Occluded(0.5), 20, 60);
        Assert.InRange(Occluded(1), 60, 105);

        static int Occluded(double difficulty)
        {
            var train = (ClassificationSplit)SyntheticVision.Create(s_few with { Difficulty = difficulty }).Train;
            return Enumerable.Range(0, train.Count).Count(i => train.GroupNames[train.Group(i)].EndsWith("occluded", StringComparison.Ordinal));
        }
    }

    [Fact]
    public void Colour_alone_tells_no_class()
    {
        // Classes by the nearest mean colour, which a figure's colours would give away if they depended on its class.
        var data = SyntheticVision.Create(new SyntheticOptions(Train: 2000, Validation: 1000));
        var (train, validation) = ((ImageSplit)data.Train, (ImageSplit)data.Validation);
        var means = Enumerable.Range(0, 10).Select(c => Mean(Enumerable.Range(0, 2000).Where(i => train.Label(i) == c).Select(i => Colour(train, i)))).ToArray();
        var right = Enumerable.Range(0, 1000).Count(i => Enumerable.Range(0, 10).MinBy(c => Distance(means[c], Colour(validation, i))) == validation.Label(i));
        Assert.InRange(right, 60, 150);

        static double[] Colour(ImageSplit split, int i)
        {
            var image = split.Image(i).ToArray();
            return [.. Enumerable.Range(0, 3).Select(channel => image.Skip(channel * 1024).Take(1024).Average(pixel => pixel))];
        }

        static double[] Mean(IEnumerable<double[]> colours)
        {
            var all = colours.ToList();
            return [.. Enumerable.Range(0, 3).Select(channel => all.Average(colour => colour[channel]))];
        }

        static double Distance(double[] left, double[] right) => left.Zip(right, (a, b) => (a - b) * (a - b)).Sum();
    }
}
