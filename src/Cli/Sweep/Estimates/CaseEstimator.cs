using SparseProf.Cli.Sweep.Plan;
using SparseProf.CostModel.Hardware;
using SparseProf.CostModel.Latency;
using SparseProf.Ops;
using SparseProf.Ops.Errors;
using SparseProf.Ops.Statistics;
using SparseProf.Ops.Units;
using SparseProf.Profiler.Experiment;
using SparseProf.Store.Rows;

namespace SparseProf.Cli.Sweep.Estimates;

/// <summary>
/// What cases take: the cost model says how long one call is, where it knows the device, and the sampling policy says how
/// long so many calls are sampled. Profiler and CostModel do not know each other, so they meet here.
/// </summary>
internal sealed class CaseEstimator(SweepPlan plan)
{
    /// <summary>Process, device and libraries of a task, before its first case.</summary>
    public static readonly Seconds StartUp = new(2);

    // Assumed: operands and the float64 reference of a 128x3072x768 product, and of a model.
    private static readonly Seconds s_prepareKernel = new(0.1);
    private static readonly Seconds s_prepareModel = new(3);

    // Assumed until a GPU campaign was timed: the search over algorithms is most of a job.
    private static readonly Seconds s_gpuJob = new(5);

    // The backward pass takes two forward passes.
    private const double PassesPerStep = 3;

    private readonly SessionSettings _settings = new() { Quick = plan.Quick };
    private readonly Dictionary<string, DevicePredictor?> _devices = plan.Devices.ToDictionary(device => device.Name, Predictor);

    /// <exception cref="UserErrorException">A profile or calibration that cannot be read.</exception>
    public IReadOnlyList<CaseBundle> Estimate(IReadOnlyList<PlannedCase> cases) => [.. CaseBundle.Group(cases).Select(Bundle)];

    private CaseBundle Bundle(List<PlannedCase> cases) => cases[0] switch
    {
        KernelCase => new CaseBundle(Kernels(cases.ConvertAll(planned => (KernelCase)planned))),
        ModelCase model => new CaseBundle([Model(model)]),
        TrainingPointCase training => new CaseBundle([Training(training)]),
        _ => throw new InvalidOperationException("a case of no known kind"),
    };

    private CaseEstimate[] Kernels(List<KernelCase> cases)
    {
        var device = cases[0].Device;
        var calls = cases.ConvertAll(planned => Call(device, planned.Call));
        var candidates = cases.ConvertAll(planned => device.IsGpu ? 1 : CpuCandidates(planned.Op));
        var times = calls.SelectMany((call, i) => Enumerable.Repeat(new Seconds(call?.Latency.Seconds.Value ?? 0), candidates[i])).ToList();
        var sampling = ExpectedSampling.Of(_settings, MeasurementCase.For(cases[0].Op, "", TimingMode.Hot, Execution.Dense, verified: false), times);
        return [.. cases.Select((planned, i) =>
        {
            var share = (double)candidates[i] / times.Count;
            var prepare = candidates[i] * (device.IsGpu ? s_gpuJob : s_prepareKernel);
            return Made(planned, calls[i]?.Latency, calls[i]?.Watts, prepare + share * sampling.Usual, prepare + share * sampling.Least, prepare);
        })];
    }

    private CaseEstimate Model(ModelCase planned)
    {
        var device = _devices[planned.Device.Name];
        var pass = device is null ? null : Guarded(() => (ModelPrediction?)ModelPredictor.Predict(ModelKernels.Of(ModelWork.Of(planned.Workload.Architecture, planned.Workload.Batch, null, DType.Fp32, null)), device, withNodes: false));
        var first = new MeasurementCase { Op = planned.Text, OpKind = "model", Kernel = "", Dtype = "fp32", Pattern = "", Mode = TimingMode.Hot, Execution = Execution.Dense, Verified = false };
        // Dense two ways, masked and sparse: as many executions as a model can have.
        var times = Enumerable.Repeat(new Seconds(pass?.Seconds.Value ?? 0), 4).ToList();
        var sampling = ExpectedSampling.Of(_settings, first, times);
        return Made(planned, pass is null ? null : new(pass.Seconds, pass.OutOfRange), Watts(pass), s_prepareModel + sampling.Usual, s_prepareModel + sampling.Least, s_prepareModel);
    }

    private CaseEstimate Training(TrainingPointCase planned)
    {
        var (point, device) = (planned.Point, _devices[planned.Device.Name]);
        var config = point.Models[0].Config(point.Vocabulary, point.Sequence);
        var pass = device is null ? null : Guarded(() => (ModelPrediction?)ModelPredictor.Predict(ModelKernels.Of(ModelWork.Of(config, point.Batch, null, DType.Fp32, null)), device, withNodes: false));
        if (pass is null)
            return new CaseEstimate(planned, null, false, planned.Bound, new Seconds(0), planned.Bound, null);
        var whole = pass.Seconds.Scale(PassesPerStep * point.Tokens[0] / (point.Batch * point.Sequence));
        return new CaseEstimate(
            planned, whole, pass.OutOfRange, new Seconds(whole.Value), new Seconds(whole.Low), new Seconds(Math.Max(whole.High, planned.Bound.Value)),
            Watts(pass) is { } watts ? Product(watts, whole.Value, whole.Low, whole.High) : null);
    }

    private static CaseEstimate Made(PlannedCase planned, LatencyPrediction? call, Estimate? watts, Seconds usual, Seconds least, Seconds prepare)
    {
        var high = new Seconds(Math.Max(usual.Value, prepare.Value + planned.Bound.Value));
        return new CaseEstimate(
            planned, call?.Seconds, call?.OutOfRange ?? false, usual, least, high, watts is { } power ? Product(power, usual.Value, least.Value, high.Value) : null);
    }

    private static Estimate Product(Estimate watts, double seconds, double low, double high) =>
        watts with { Value = watts.Value * seconds, Low = watts.Low * low, High = watts.High * high };

    private static Estimate? Watts(ModelPrediction? pass) => pass is { Joules: { } joules } ? joules.Scale(1 / pass.Seconds.Value) : null;

    private CallPrediction? Call(PlannedDevice device, KernelCall call) =>
        _devices[device.Name] is { } predictor ? Guarded(() => (CallPrediction?)predictor.Predict(call, call.Family)) : null;

    // A profile without a peak for a dtype knows nothing of it; the case is measured all the same.
    private static T? Guarded<T>(Func<T?> predict)
    {
        try
        {
            return predict();
        }
        catch (UserErrorException)
        {
            return default;
        }
    }

    private static DevicePredictor? Predictor(PlannedDevice device)
    {
        if (device.Profile is null)
            return null;
        var profile = ProfileCatalog.Load(device.Profile);
        return new DevicePredictor(profile, device.Calibration is { } file ? CalibrationFile.Read(file, profile) : null, Priors.None);
    }

    // libtorch offers three dense products and two convolutions; a sparse format has one kernel.
    private static int CpuCandidates(Op op) => op switch
    {
        Gemm { Pattern: SparsityPattern.Dense } => 3,
        Conv2d { Pattern: SparsityPattern.Dense } => 2,
        _ => 1,
    };
}
