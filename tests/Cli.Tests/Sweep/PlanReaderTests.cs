using SparseProf.Cli.Sweep.Plan;
using SparseProf.Ops.Errors;
using SparseProf.Profiler.Training;
using SparseProf.Testing;

namespace SparseProf.Cli.Tests.Sweep;

public class PlanReaderTests
{
    [Theory]
    [InlineData("kernels: [{op: gemm, m: 1, n: 4, k: 4}]\nrepeat: 2", "plan.yaml:2:1", "did you mean 'repeats'?")]
    [InlineData("kernels:\n  - {op: gemm, m: 1, n: 4, k: 4, patern: dense}", "plan.yaml:2:34", "did you mean 'pattern'?")]
    [InlineData("kernels: [{op: gem, m: 1, n: 4, k: 4}]", "plan.yaml:1:16", "did you mean 'gemm'?")]
    [InlineData("kernels: [{op: gemm, m: 0, n: 4, k: 4}]", "plan.yaml:1:25", "a whole number from 1")]
    [InlineData("kernels: [{op: gemm, m: 1.5, n: 4, k: 4}]", "plan.yaml:1:25", "a whole number from 1")]
    [InlineData("kernels: [{op: gemm, m: [], n: 4, k: 4}]", "plan.yaml:1:25", "one value or more")]
    [InlineData("kernels: [{op: gemm, m: 1, n: 4}]", "plan.yaml:1:11", "m, n, k, batch")]
    [InlineData("kernels: [{op: softmax, rows: 1, columns: 4, k: 3}]", "plan.yaml:1:49", "rows, columns")]
    [InlineData("kernels: [{op: gemm, shape: 1x2, m: 4}]", "plan.yaml:1:37", "leave one of them out")]
    [InlineData("kernels: [{op: gemm, shape: 1x2}]", "plan.yaml:1:29", "MxNxK")]
    [InlineData("kernels: [{op: gemm, shape: 1x4x4, dtype: fp33}]", "plan.yaml:1:43", "did you mean 'fp32'?")]
    [InlineData("kernels: [{op: gemm, shape: 1x4x4, pattern: 4:2}]", "plan.yaml:1:45", "N:M (2:4)")]
    [InlineData("kernels: [{op: gemm, shape: 1x4x4, devices: gpu}]", "plan.yaml:1:45", "cpu")]
    [InlineData("models: [{workload: dense-transformr}]", "plan.yaml:1:21", "did you mean 'dense-transformer'?")]
    [InlineData("models: [{workload: dense-cnn, pattern: 2:4}]", "plan.yaml:1:41", "an entry without pattern")]
    [InlineData("training: [{models: {width: 60, layers: 2}, tokens: 1e6, sparsity: 0}]", "plan.yaml:1:12", "a multiple of 16, up to 65536")]
    [InlineData("training: [{models: {width: 64, layers: 2}, tokens: 1e6, sparsity: 1}]", "plan.yaml:1:12", "0 up to, but not including, 1")]
    [InlineData("training: [{models: {width: 64, layers: 2}, tokens: 1e6, sparsity: 0, vocabulary: 256}]", "plan.yaml:1:12", "258 to 65536")]
    [InlineData("devices: {a b: {}}\nmodels: [{workload: dense-cnn}]", "plan.yaml:1:16", "letters, digits")]
    [InlineData("devices: {cpu: {gpus: 0}}\nmodels: [{workload: dense-cnn}]", "plan.yaml:1:23", "leave it out")]
    [InlineData("devices: {h100: {slurm: {partition: 'a; rm -rf /'}}}\nmodels: [{workload: dense-cnn}]", "plan.yaml:1:37", "letters, digits")]
    [InlineData("devices: {h100: {slurm: {wrap: id}}}\nmodels: [{workload: dense-cnn}]", "plan.yaml:1:26", "partition, constraint, gres")]
    [InlineData("devices: {cpu: {profile: amd-epyc-9653}}\nmodels: [{workload: dense-cnn}]", "plan.yaml:1:26", "did you mean 'amd-epyc-9654'?")]
    [InlineData("devices: {cpu: {calibration: \"a\\0b\"}}\nmodels: [{workload: dense-cnn}]", "plan.yaml:1:30", "the path of a file")]
    [InlineData("kernels: [{csv: \"a\\0b\"}]", "plan.yaml:1:17", "the path of a file")]
    [InlineData("name: -rf\nmodels: [{workload: dense-cnn}]", "plan.yaml:1:7", "letters, digits")]
    [InlineData("repeats: 0\nmodels: [{workload: dense-cnn}]", "plan.yaml:1:10", "a whole number from 1")]
    [InlineData("time_per_case: 30\nmodels: [{workload: dense-cnn}]", "plan.yaml:1:16", "90s, 10m, 1h")]
    [InlineData("quick: maybe\nmodels: [{workload: dense-cnn}]", "plan.yaml:1:8", "true or false")]
    [InlineData("name: x", "plan.yaml:1:1", "kernels, models, training")]
    [InlineData("kernels: [", "plan.yaml:2:1", null)]
    [InlineData("a: 1\na: 2", "plan.yaml:2:1", null)]
    [InlineData("x: &a [1]\ny: *a", "plan.yaml:2:4", "write the values out")]
    [InlineData("just words", "plan.yaml:1:1", "a mapping with")]
    [InlineData("", "plan.yaml", null)]
    [InlineData("---\na: 1\n---\nb: 2", "plan.yaml", "one YAML document")]
    public void A_plan_that_is_wrong_is_told_with_its_place_and_what_is_allowed(string text, string where, string? hint)
    {
        var error = Assert.ThrowsAny<UserErrorException>(() => PlanReader.Parse(text, "plan.yaml"));

        Assert.Equal(ErrorKind.WrongUsage, error.Kind);
        Assert.StartsWith(where, error.Where, StringComparison.Ordinal);
        if (hint is not null)
            Assert.Contains(hint, error.Allowed + error.Next, StringComparison.Ordinal);
    }

    [Fact]
    public void Brackets_without_end_are_refused_before_anything_recurses()
    {
        var error = Assert.Throws<UserErrorException>(() => PlanReader.Parse(new string('[', 100_000), "plan.yaml"));

        Assert.Equal("the plan nests too deep", error.Message);
    }

    [Fact]
    public void Axes_that_multiply_beyond_reason_are_refused_before_they_are_laid_out()
    {
        var axis = string.Join(',', Enumerable.Range(1, 2000));
        var error = Assert.Throws<UserErrorException>(() => PlanReader.Parse($"kernels: [{{op: gemm, m: [{axis}], n: [{axis}], k: [{axis}]}}]", "plan.yaml"));

        Assert.Contains("1000000 cases", error.Message);
    }

    [Fact]
    public void The_grid_of_train_is_a_plan_by_itself()
    {
        var plan = PlanReader.Read(Path.Combine(SharedData.RepositoryRoot, "src/Profiler/Training/default-sweep.json"));

        var (read, known) = (Assert.Single(plan.Training).Grid, SweepFile.Read(SweepFile.Default));
        Assert.Equal(
            known.Models.Count * known.Tokens.Count * known.Sparsity.Count * known.Seeds.Count,
            PlanCases.Of(plan).Cases.Count);
        Assert.Equal((known.Batch, known.Sequence, known.Vocabulary, known.Method, known.LearningRate, known.BaseWidth), (read.Batch, read.Sequence, read.Vocabulary, read.Method, read.LearningRate, read.BaseWidth));
        Assert.Equal("default-sweep", plan.Name);
    }

    [Fact]
    public void Every_plan_of_the_documentation_can_be_read()
    {
        var text = File.ReadAllText(Path.Combine(SharedData.RepositoryRoot, "docs/sweeps.md"));

        var plans = text.Split("```yaml\n").Skip(1).Select(part => part[..part.IndexOf("```", StringComparison.Ordinal)]).ToList();

        Assert.NotEmpty(plans);
        Assert.All(plans, plan => Assert.NotEmpty(PlanCases.Of(PlanReader.Parse(plan, "docs/sweeps.md")).Cases));
    }
}
