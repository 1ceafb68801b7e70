using SparseProf.Cli.Sweep.Plan;
using SparseProf.Ops.Errors;

namespace SparseProf.Cli.Tests.Sweep;

public class PlanCasesTests
{
    private const string Everything =
        """
        name: everything
        kernels:
          - {op: gemm, shape: [16x64x64], dtype: [fp32, bf16], pattern: [dense, 2:4, csr@0.25], devices: [cpu, h100]}
          - {op: moe_ffn, m: 64, n: 128, k: 128, experts: 8, top_k: 2, dtype: bf16, devices: h100}
          - {op: conv2d, n: 8, k: 4, rows: 16, columns: 16, kernel: 3, padding: 1, devices: cpu}
          - {op: elementwise, rows: 16, columns: [64, 128], operands: 2, devices: cpu}
        models:
          - {workload: pruned-transformer, pattern: [2:4, csr@0.1], batch: [1, 2], devices: cpu}
        training:
          - {models: [{width: 64, layers: 2}], tokens: [1e6], sparsity: [0, 0.5], seeds: [0, 1], devices: cpu}
        devices:
          cpu: {threads: 2}
          h100: {}
        repeats: 2
        seed: 7
        """;

    [Fact]
    public void Keys_are_pinned()
    {
        var cases = PlanCases.Of(PlanReader.Parse(Everything, "plan.yaml")).Cases;

        Assert.Equal("gemm m=16 n=64 k=64 fp32 dense", cases[0].Text);
        Assert.Equal("98e139a3656a83b8679b27998586681c", cases[0].Key);
        var model = cases.OfType<ModelCase>().First();
        Assert.Equal("model pruned-transformer 2:4 batch=1", model.Text);
        Assert.Equal("285cfa10febf1295869340c0bb3ba3b9", model.Key);
        var training = cases.OfType<TrainingPointCase>().First();
        Assert.Equal("training width=64 layers=2 tokens=1000000 sparsity=0 method=gradual vocabulary=512 sequence=64 batch=16 rate=0.01 base_width=64 seed=0", training.Text);
        Assert.Equal("3e1ec21e8d52936c41e48c804b846f0a", training.Key);
    }

    [Fact]
    public void The_order_is_repeat_section_entry_device_then_the_axes_with_the_pattern_fastest()
    {
        var planned = PlanCases.Of(PlanReader.Parse(Everything, "plan.yaml"));

        var half = planned.Cases.Count / 2;
        Assert.Equal(planned.Cases.Take(half).Select(one => (one.Text, one.Device)), planned.Cases.Skip(half).Select(one => (one.Text, one.Device)));
        Assert.All(planned.Cases.Take(half), one => Assert.Equal(1, one.Repeat));
        Assert.Equal(
            ["gemm m=16 n=64 k=64 fp32 dense", "gemm m=16 n=64 k=64 fp32 2:4", "gemm m=16 n=64 k=64 fp32 csr@0.25", "gemm m=16 n=64 k=64 fp32 dense"],
            planned.Cases.Take(4).Select(one => one.Text));
        Assert.Equal(["cpu", "cpu", "cpu", "h100"], planned.Cases.Take(4).Select(one => one.Device.Name));
        Assert.Equal(3 + 6 + 1 + 1 + 2 + 4 + 4, half);
    }

    [Fact]
    public void What_a_device_cannot_measure_is_left_out_and_counted()
    {
        var planned = PlanCases.Of(PlanReader.Parse(Everything, "plan.yaml"));

        Assert.Equal(2 * 3, planned.LeftOut["the CPU's kernels compute in fp32, not in bf16"]);
    }

    [Fact]
    public void Keys_tell_apart_whatever_changes_the_work_and_nothing_else()
    {
        string KeyOf(string more, string name = "cpu") =>
            PlanCases.Of(PlanReader.Parse($"kernels: [{{op: softmax, rows: 8, columns: 8, devices: {name}}}]\n{more}", "plan.yaml")).Cases[0].Key;
        var plain = KeyOf("name: a");

        Assert.Equal(plain, KeyOf("name: b\ntime_per_case: 3s\ndevices: {cpu: {profile: amd-epyc-9654, workers: 2, slurm: {partition: p}}}"));
        Assert.Equal(6, new[] { plain, KeyOf("seed: 1"), KeyOf("quick: true"), KeyOf("repeats: [2]"), KeyOf("devices: {cpu: {threads: 1}}"), KeyOf("devices: {cpu2: {kind: cpu}}", "cpu2") }.Distinct().Count());
    }

    [Fact]
    public void A_case_that_is_asked_for_twice_is_there_once() =>
        Assert.Single(PlanCases.Of(PlanReader.Parse("kernels: [{op: softmax, rows: [8, 8], columns: 8}, {op: softmax, rows: 8, columns: 8}]", "plan.yaml")).Cases);

    [Fact]
    public void A_plan_of_which_nothing_can_be_measured_is_refused_with_the_reasons()
    {
        var error = Assert.Throws<UserErrorException>(() => PlanCases.Of(PlanReader.Parse("kernels: [{op: gemm, shape: 8x6x6, pattern: 2:4}]", "plan.yaml")));

        Assert.Contains("1 left out: 2:4 does not fit", error.Allowed);
    }

    [Fact]
    public void A_task_read_back_has_the_same_cases_with_the_same_keys()
    {
        var plan = PlanReader.Parse(Everything, "plan.yaml");
        foreach (var same in PlanCases.Of(plan).Cases.GroupBy(one => (one.Device.Name, one.Repeat)))
        {
            var read = PlanCases.Of(PlanReader.Parse(System.Text.Encoding.UTF8.GetString(TaskPlan.Write(plan, [.. same])), "task.json"));

            Assert.Equal(same.Select(one => (one.Key, one.Text, one.Bound, one.Repeat)), read.Cases.Select(one => (one.Key, one.Text, one.Bound, one.Repeat)));
            Assert.Empty(read.LeftOut);
        }
    }
}
