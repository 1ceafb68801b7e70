using SparseProf.CostModel.Hardware;
using SparseProf.Ops;
using SparseProf.Ops.Errors;

namespace SparseProf.CostModel.Tests.Hardware;

public sealed class ProfileFileTests
{
    private const string Minimal = """{"id":"x","name":"X","memory_bandwidth_bytes_per_s":{"value":1e12,"confidence":"one_source","sources":["a"]}}""";

    [Fact]
    public void Every_profile_that_comes_with_the_product_is_valid()
    {
        Assert.Equal(28, ProfileCatalog.Ids.Count);
        Assert.All(ProfileCatalog.Ids, id => Assert.Equal(id, ProfileCatalog.Load(id).Id));
    }

    [Fact]
    public void Dense_and_two_four_peaks_are_told_apart()
    {
        var profile = ProfileCatalog.Load("nvidia-a100-sxm4-80gb");

        Assert.Equal(312e12, profile.Peak(DType.Bf16));
        Assert.Equal(624e12, profile.PeakTwoFour["bf16"].Value);
        Assert.Equal(312e12, profile.Figures(DType.Bf16, SparsityPattern.TwoFour).Peak);
    }

    [Fact]
    public void An_unknown_key_is_an_error_that_suggests_the_nearest()
    {
        var error = Assert.Throws<UserErrorException>(() => ProfileFile.Parse(Minimal.Replace("\"name\"", "\"nmae\":\"\",\"name\"", StringComparison.Ordinal), "p.json"));

        Assert.Contains("nmae", error.Message, StringComparison.Ordinal);
        Assert.Contains("name", error.Next, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("-5")]
    [InlineData("1e30")]
    [InlineData("\"fast\"")]
    public void An_impossible_bandwidth_names_key_and_range(string value)
    {
        var error = Assert.Throws<UserErrorException>(() => ProfileFile.Parse(Minimal.Replace("1e12", value, StringComparison.Ordinal), "p.json"));

        Assert.Contains("memory_bandwidth_bytes_per_s", error.Where, StringComparison.Ordinal);
        Assert.NotNull(error.Allowed);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("1e999")]
    public void An_estimate_that_is_no_positive_number_is_refused(string value)
    {
        var estimate = $"\"estimates\": {{\"tdp_w\": {{\"value\": {value}, \"basis\": \"a guess\"}}}}, \"name\"";

        var error = Assert.Throws<UserErrorException>(() => ProfileFile.Parse(Minimal.Replace("\"name\"", estimate, StringComparison.Ordinal), "p.json"));

        Assert.Contains("estimates.tdp_w", error.Where, StringComparison.Ordinal);
    }

    [Fact]
    public void Damaged_JSON_never_crashes()
    {
        var random = new Random(1);
        var whole = ProfileCatalog.Text("nvidia-t4.json");
        for (var i = 0; i < 300; i++)
        {
            var text = whole[..random.Next(whole.Length)].ToCharArray();
            for (var j = 0; j < Math.Min(3, text.Length); j++)
                text[random.Next(text.Length)] = (char)random.Next(32, 127);
            Assert.ThrowsAny<UserErrorException>(() => ProfileFile.Parse(new string(text), "p.json"));
        }
    }
}
