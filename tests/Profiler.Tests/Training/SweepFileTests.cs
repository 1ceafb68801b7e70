using SparseProf.Ops.Errors;
using SparseProf.Profiler.Training;

namespace SparseProf.Profiler.Tests.Training;

public sealed class SweepFileTests : IDisposable
{
    private readonly string _file = Path.GetTempFileName();

    public void Dispose() => File.Delete(_file);

    [Fact]
    public void The_default_sweep_has_enough_points_for_a_law()
    {
        var sweep = SweepFile.Read("default");

        Assert.True(sweep.Models.Count * sweep.Tokens.Count * sweep.Sparsity.Count >= 27);
        Assert.Equal((0, 0.9), (sweep.Sparsity.Min(), sweep.Sparsity.Max()));
    }

    [Theory]
    [InlineData("{\n  \"models\": [],\n  \"token\": [1]\n}", ":3:11", "could not be mapped")]
    [InlineData("{\"models\": [", ":1:13", "")]
    [InlineData("{\"models\": [{\"width\": 20, \"layers\": 1}], \"tokens\": [1e6], \"sparsity\": [0]}", "", "a model has no usable size")]
    [InlineData("{\"models\": [{\"width\": 16, \"layers\": 1}], \"tokens\": [100], \"sparsity\": [0]}", "", "fewer tokens than one batch")]
    [InlineData("{\"models\": [{\"width\": 16, \"layers\": 1}], \"tokens\": [1e6], \"sparsity\": [0], \"batch\": -6}", "", "batch, sequence or base_width is not positive")]
    [InlineData("{\"models\": [{\"width\": 16, \"layers\": 1}], \"tokens\": [1e6], \"sparsity\": [0], \"learning_rate\": 0}", "", "nothing is learned at the learning rate 0")]
    [InlineData("{\"models\": [{\"width\": 16, \"layers\": 1}], \"tokens\": [1e6], \"sparsity\": [1]}", "", "a sparsity is out of range")]
    [InlineData("{\"models\": [{\"width\": 16, \"layers\": 1}], \"tokens\": [1e6], \"sparsity\": [0], \"method\": \"rigel\"}", "", "unknown sparse method 'rigel'")]
    public void A_wrong_file_is_refused_with_the_place(string text, string place, string what)
    {
        File.WriteAllText(_file, text);

        var error = Assert.Throws<UserErrorException>(() => SweepFile.Read(_file));

        Assert.Equal(_file + place, error.Where);
        Assert.Contains(what, error.Message, StringComparison.Ordinal);
    }
}
