using SparseProf.Cli.Sweep.Estimates;
using SparseProf.Cli.Sweep.Plan;
using SparseProf.Ops.Units;

namespace SparseProf.Cli.Tests.Sweep;

public class TaskPackingTests
{
    private static readonly Seconds s_taskTime = new(60);

    private static SweepPlan Plan() => PlanReader.Parse(
        """
        kernels:
          - {op: gemm, m: [1, 16, 128], n: [64, 128, 256], k: [64, 128, 1024], pattern: [dense, 2:4, csr@0.1, csr@0.5]}
          - {op: gemm, shape: 1024x65536x65536, pattern: [dense, csr@0.5]}
        models: [{workload: [dense-cnn, dense-transformer]}]
        devices:
          cpu: {profile: amd-epyc-9654}
          other: {kind: cpu}
        repeats: 2
        """,
        "plan.yaml");

    private static IReadOnlyList<PlannedTask> Tasks(SweepPlan plan) => TaskPacking.Pack(new CaseEstimator(plan).Estimate(PlanCases.Of(plan).Cases), s_taskTime);

    [Fact]
    public void Every_case_is_in_one_task()
    {
        var plan = Plan();

        Assert.Equal(PlanCases.Of(plan).Cases.Select(one => one.Key).Order(), Tasks(plan).SelectMany(task => task.Cases).Select(one => one.Case.Key).Order());
    }

    [Fact]
    public void A_task_takes_no_longer_than_it_may_unless_it_is_one_bundle()
    {
        foreach (var task in Tasks(Plan()))
        {
            var time = task.Cases.Sum(one => one.Time.Value);
            Assert.True(time <= s_taskTime.Value + 1e-9 || CaseBundle.Group(task.Cases.Select(one => one.Case)).Count() == 1, $"task {task.Number} takes {time} s");
            Assert.True(task.Limit.Value > task.High.Value);
        }
    }

    [Fact]
    public void Tasks_are_as_many_as_needed_and_not_a_third_more()
    {
        foreach (var same in Tasks(Plan()).GroupBy(task => (task.Device.Name, task.Repeat)))
        {
            var times = same.SelectMany(task => task.Cases).ToDictionary(one => one.Case.Key, one => one.Time.Value);
            var whole = CaseBundle.Group(same.SelectMany(task => task.Cases).Select(one => one.Case)).Sum(bundle => Math.Min(s_taskTime.Value, bundle.Sum(one => times[one.Key])));
            Assert.InRange(same.Count(), Math.Ceiling(whole / s_taskTime.Value), Math.Ceiling(whole / s_taskTime.Value * 4 / 3) + 1);
        }
    }

    [Fact]
    public void Patterns_of_one_shape_stay_together_and_devices_and_repeats_apart()
    {
        var tasks = Tasks(Plan());

        Assert.All(tasks, task => Assert.Single(task.Cases.Select(one => (one.Case.Device, one.Case.Repeat)).Distinct()));
        var homes = tasks.SelectMany(task => task.Cases, (task, one) => (task.Number, Kernel: one.Case as KernelCase)).Where(entry => entry.Kernel is not null)
            .GroupBy(entry => (entry.Kernel!.Device.Name, entry.Kernel.Repeat, entry.Kernel.Call.M, entry.Kernel.Call.N, entry.Kernel.Call.K));
        Assert.All(homes, shape => Assert.Single(shape.Select(entry => entry.Number).Distinct()));
    }

    [Fact]
    public void The_same_plan_is_packed_in_the_same_way() =>
        Assert.Equal(Tasks(Plan()).Select(task => string.Join(',', task.Cases.Select(one => one.Case.Key))), Tasks(Plan()).Select(task => string.Join(',', task.Cases.Select(one => one.Case.Key))));

    [Fact]
    public void Latency_is_predicted_where_there_is_a_profile_and_unknown_elsewhere()
    {
        foreach (var one in Tasks(Plan()).SelectMany(task => task.Cases))
        {
            Assert.Equal(one.Case.Device.Profile is not null, one.Call is not null);
            Assert.Equal(one.Case.Device.Profile is not null, one.Energy is not null);
            Assert.True(one.Low.Value <= one.Time.Value && one.Time.Value <= one.High.Value, one.Case.Text);
            if (one.Call is { } call)
                Assert.True(call.Low <= call.Value && call.Value <= call.High);
        }
    }
}
