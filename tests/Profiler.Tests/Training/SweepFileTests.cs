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
    [InlineData("{\n  \"models\": [],\n  \"token\": [1]\n}", ":3:11", "unknown key 'token'")]
    [InlineData("{\"models\": [", ":1:13", "")]
    [InlineData("null", "", "the file is null")]
    [InlineData("{\"models\": [], \"tokens\": [1e6]}", ":1:32", "it lacks 'sparsity'")]
    [InlineData("{\"models\": [{\"width\": 16, \"layers\": 1}], \"tokens\": [1e6], \"sparsity\": [\"none\"]}", ":1:78", "sparsity[0] is not of the kind that is allowed there")]
    [InlineData("{\"models\": null, \"tokens\": [1e6], \"sparsity\": [0]}", ", models", "models is empty")]
    [InlineData("{\"models\": [null], \"tokens\": [1e6], \"sparsity\": [0]}", ", models[0]", "there is no model")]
    [InlineData("{\"models\": [{\"width\": 16, \"layers\": 1}, {\"width\": 20, \"layers\": 1}], \"tokens\": [1e6], \"sparsity\": [0]}", ", models[1]", "no model is 20 wide with 1 layers")]
    [InlineData("{\"models\": [{\"width\": 16, \"layers\": 2000000000}], \"tokens\": [1e6], \"sparsity\": [0]}", ", models[0]", "no model is 16 wide with 2000000000 layers")]
    [InlineData("{\"models\": [{\"width\": 16, \"layers\": 1}], \"tokens\": [1e6, 100], \"sparsity\": [0]}", ", tokens[1]", "100 is out of range")]
    [InlineData("{\"models\": [{\"width\": 16, \"layers\": 1}], \"tokens\": [1e300], \"sparsity\": [0]}", ", tokens[0]", "1E+300 is out of range")]
    [InlineData("{\"models\": [{\"width\": 16, \"layers\": 1}], \"tokens\": [1e6], \"sparsity\": [0], \"batch\": -6}", ", batch", "-6 is out of range")]
    [InlineData("{\"models\": [{\"width\": 16, \"layers\": 1}], \"tokens\": [1e6], \"sparsity\": [0], \"sequence\": 1}", ", sequence", "1 is out of range")]
    [InlineData("{\"models\": [{\"width\": 16, \"layers\": 1}], \"tokens\": [1e6], \"sparsity\": [0], \"base_width\": 0}", ", base_width", "0 is out of range")]
    [InlineData("{\"models\": [{\"width\": 16, \"layers\": 1}], \"tokens\": [1e6], \"sparsity\": [0], \"learning_rate\": 0}", ", learning_rate", "0 is out of range")]
    [InlineData("{\"models\": [{\"width\": 16, \"layers\": 1}], \"tokens\": [1e6], \"sparsity\": [0], \"vocabulary\": 10}", ", vocabulary", "10 is out of range")]
    [InlineData("{\"models\": [{\"width\": 16, \"layers\": 1}], \"tokens\": [1e6], \"sparsity\": [0], \"seeds\": []}", ", seeds", "seeds is empty")]
    [InlineData("{\"models\": [{\"width\": 16, \"layers\": 1}], \"tokens\": [1e6], \"sparsity\": [0, 1]}", ", sparsity[1]", "1 is out of range")]
    [InlineData("{\"models\": [{\"width\": 16, \"layers\": 1}], \"tokens\": [1e6], \"sparsity\": [0], \"method\": \"rigel\"}", ", method", "unknown sparse method 'rigel'")]
    [InlineData("{\"models\": [{\"width\": 16, \"layers\": 1}], \"tokens\": [1e6], \"sparsity\": [0, 0.5], \"method\": \"sr-ste\"}", ", method", "sr-ste has no sparsity to choose")]
    public void A_wrong_file_is_refused_with_the_place(string text, string place, string what)
    {
        File.WriteAllText(_file, text);

        var error = Assert.Throws<UserErrorException>(() => SweepFile.Read(_file));

        Assert.Equal(_file + place, error.Where);
        Assert.Contains(what, error.Message, StringComparison.Ordinal);
    }
}
