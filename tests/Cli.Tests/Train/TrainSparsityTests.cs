using SparseProf.Cli.Train;
using SparseProf.Ops.Errors;
using SparseProf.Workloads.Sparsity;
using SparseProf.Workloads.Training;

namespace SparseProf.Cli.Tests.Train;

public sealed class TrainSparsityTests
{
    [Theory]
    [InlineData("dense-cnn", null, null, null, "dense", "dense")]
    [InlineData("dense-cnn", "rigl", null, 0.9, "rigl", "csr@0.1")]
    [InlineData("dense-cnn", null, null, 0.9, "rigl", "csr@0.1")]
    [InlineData("dense-cnn", null, "2:4", null, "sr-ste", "2:4")]
    [InlineData("dense-cnn", "sr-ste", null, null, "sr-ste", "2:4")]
    [InlineData("dense-cnn", null, "block:4x4@0.5", null, "gradual", "block:4x4@0.5")]
    [InlineData("pruned-cnn", null, null, 0.75, "gradual", "csr@0.25")]
    [InlineData("pruned-cnn", "set", null, null, "set", "csr@0.626")]
    [InlineData("pruned-transformer", null, null, null, "sr-ste", "2:4")]
    [InlineData("pruned-transformer", "gradual", null, 0.5, "gradual", "csr@0.5")]
    [InlineData("sparse-cnn-dst", "dense", null, null, "dense", "dense")]
    public void Flags_choose_method_and_pattern_over_the_recipe(string workload, string? method, string? pattern, double? sparsity, string expectedMethod, string expectedPattern)
    {
        var plan = TrainSparsity.Of(TrainingRecipes.Find(workload).Small.Sparsity, method, pattern, sparsity);

        Assert.Equal((expectedMethod, expectedPattern), (plan.Method.Name(), plan.Pattern.Text));
    }

    [Theory]
    [InlineData("rigl", "csr@0.1", 0.9, "--pattern and --sparsity exclude each other")]
    [InlineData(null, null, 1.0, "1 is no sparsity to train with")]
    [InlineData("dense", null, 0.5, "dense weights cannot be csr@0.5")]
    [InlineData("rigll", null, null, "unknown sparse method 'rigll'")]
    public void Flags_that_contradict_are_refused(string? method, string? pattern, double? sparsity, string message) =>
        Assert.Equal(message, Assert.Throws<UserErrorException>(() => TrainSparsity.Of(SparsityPlan.Dense, method, pattern, sparsity)).Message);
}
