using SparseProf.Ops.Errors;
using SparseProf.Workloads.Data;
using SparseProf.Workloads.Data.Synthetic;

namespace SparseProf.Workloads.Tests.Data;

public sealed class LittleDataTests
{
    private static readonly DataSet s_data = SyntheticVision.Create(new SyntheticOptions(Train: 400, Validation: 10));

    public LittleDataTests() => RequiresTorch.OrSkip();

    [Fact]
    public void A_share_holds_different_examples_of_the_whole_and_says_so_in_its_name()
    {
        var little = LittleData.Little(s_data, 0.1, seed: 3);
        Assert.Equal(("synthetic-vision(share=0.1)", 40), (little.Name, little.Train.Count));
        Assert.Same(s_data.Validation, little.Validation);
        using var all = little.Train.Take([.. Enumerable.Range(0, 40)], 0);
        using var whole = s_data.Train.Take([.. Enumerable.Range(0, 400)], 0);
        var known = Images(whole).ToHashSet();
        Assert.Equal(40, Images(all).Distinct().Count());
        Assert.All(Images(all), image => Assert.Contains(image, known));
    }

    [Fact]
    public void Noise_strikes_its_share_of_the_labels_and_leaves_the_inputs()
    {
        var noisy = LittleData.NoisyLabels(s_data, 0.25, seed: 3);
        int[] every = [.. Enumerable.Range(0, 400)];
        using var spoilt = noisy.Train.Take(every, 0);
        using var clean = s_data.Train.Take(every, 0);
        var wrong = spoilt.Labels.Data<long>().ToArray().Zip(clean.Labels.Data<long>().ToArray()).Count(pair => pair.First != pair.Second);
        Assert.InRange(wrong, 75, 125);
        Assert.Equal(Images(clean), Images(spoilt));
        Assert.All(spoilt.Labels.Data<long>().ToArray(), label => Assert.InRange(label, 0, 9));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1.5)]
    [InlineData(0.0001)]
    public void A_share_of_nothing_is_refused(double share) => Assert.Throws<UserErrorException>(() => LittleData.Little(s_data, share, 1));

    private static List<string> Images(Batch batch) =>
        [.. batch.Inputs.Data<float>().ToArray().Chunk(3072).Select(image => string.Join(',', image.Take(200)))];
}
