using SparseProf.Ops.Errors;
using SparseProf.Workloads.Data;

namespace SparseProf.Workloads.Tests.Data;

public sealed class DataCatalogTests
{
    [Fact]
    public void What_is_synthetic_says_so_in_its_name() =>
        Assert.All(DataCatalog.All, entry => Assert.Equal(entry.Synthetic, entry.Name.StartsWith("synthetic-", StringComparison.Ordinal)));

    [Fact]
    public void A_misspelt_name_is_told_with_the_nearest() =>
        Assert.Equal("did you mean 'cifar10'?", Assert.Throws<UserErrorException>(() => DataCatalog.Open("cifar-10", new DataOptions())).Next);

    [Fact]
    public void An_example_needs_room_for_its_frame()
    {
        var error = Assert.Throws<UserErrorException>(() => DataCatalog.Open("synthetic-sentiment", new DataOptions(Sequence: 2)));
        Assert.Equal(("2 tokens make no example", "3 or more"), (error.Message, error.Allowed));
    }

    [Theory]
    [InlineData("sst2")]
    [InlineData("cifar10")]
    public void A_published_set_needs_a_folder(string name) =>
        Assert.Equal("--data DIR", Assert.Throws<UserErrorException>(() => DataCatalog.Open(name, new DataOptions())).Allowed);
}
