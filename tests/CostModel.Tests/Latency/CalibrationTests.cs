using SparseProf.CostModel.Hardware;
using SparseProf.CostModel.Latency;
using SparseProf.Ops;
using SparseProf.Ops.Errors;
using SparseProf.Ops.Statistics;

namespace SparseProf.CostModel.Tests.Latency;

public sealed class CalibrationTests : IDisposable
{
    private const string Header = "op,dtype,pattern,m,n,k,latency_s\n";

    private readonly HardwareProfile _profile = ProfileCatalog.Load("nvidia-h200-sxm-141gb");
    private readonly string _file = Path.GetTempFileName();

    public void Dispose() => File.Delete(_file);

    [Fact]
    public void Constants_planted_in_synthetic_rows_are_found_again()
    {
        var truth = new KernelPhysics(4e-6, 0.7, 0.6, 2.2, 2500, 15, 1.5);
        var table = Synthetic(truth);

        var fitted = PhysicsFit.Fit([.. table.Calls.Select(Work.Of)], table.Seconds, table.Device, KernelPhysics.Typical);

        Assert.InRange(fitted.Launch / truth.Launch, 0.85, 1.15);
        Assert.InRange(fitted.Compute / truth.Compute, 0.9, 1.1);
        Assert.InRange(fitted.Memory / truth.Memory, 0.9, 1.1);
    }

    [Fact]
    public void A_calibration_read_from_its_file_predicts_the_same()
    {
        Write(Synthetic(new(4e-6, 0.7, 0.6, 2.2, 2500, 15, 1.5)));
        var fitted = Calibration.Fit(_profile, KernelTable.Read(_file, needLatency: true), Priors.None, 20, 0);
        var call = new KernelCall(KernelKind.Gemm, DType.Bf16) { M = 300, N = 3000, K = 2000 };

        CalibrationFile.Write(_file, fitted, Priors.None);
        var read = CalibrationFile.Read(_file, _profile);

        var (before, after) = (fitted.Predictors[call.Family].Predict(call).Seconds, read.Predictors[call.Family].Predict(call).Seconds);
        Assert.Equal(before.Value, after.Value, 1e-6 * before.Value);
        Assert.Equal(before.High, after.High, 1e-6 * before.High);
    }

    [Fact]
    public void A_shape_far_outside_is_flagged_and_gets_a_wider_interval()
    {
        Write(Synthetic(KernelPhysics.Typical));
        var predictor = Calibration.Fit(_profile, KernelTable.Read(_file, needLatency: true), Priors.None, 20, 0).Predictors["gemm/bf16/dense"];

        var inside = predictor.Predict(new(KernelKind.Gemm, DType.Bf16) { M = 300, N = 3000, K = 2000 });
        var outside = predictor.Predict(new(KernelKind.Gemm, DType.Bf16) { M = 3e8, N = 3000, K = 2000 });

        Assert.False(inside.OutOfRange);
        Assert.True(outside.OutOfRange);
        Assert.True(outside.Seconds.High / outside.Seconds.Value > inside.Seconds.High / inside.Seconds.Value);
    }

    [Fact]
    public void Without_any_measurement_the_data_sheet_answers_and_stays_above_the_floor()
    {
        var call = new KernelCall(KernelKind.Gemm, DType.Bf16) { M = 8192, N = 8192, K = 8192 };

        var (seconds, _) = Calibration.PredictorFor(call, null, _profile, Priors.None).Predict(call);

        Assert.Equal(Provenance.DataSheet, seconds.Provenance);
        Assert.True(seconds.Low >= 2 * Math.Pow(8192, 3) / 989.5e12);
    }

    [Theory]
    [InlineData("gemm,bf16,dense,1,32,64,-1\n", "latency_s")]
    [InlineData("gemm,bf16,dense,1,32,64,NaN\n", "latency_s")]
    [InlineData("gemm,bf16,dense,one,32,64,1e-5\n", "(m)")]
    [InlineData("gemm,bf16,dense,0,32,64,1e-5\n", "(m)")]
    [InlineData("gem,bf16,dense,1,32,64,1e-5\n", "(op)")]
    [InlineData("gemm,bf17,dense,1,32,64,1e-5\n", "(dtype)")]
    [InlineData("gemm,bf16,3;4,1,32,64,1e-5\n", "(pattern)")]
    public void Bad_rows_are_errors_that_name_the_column(string row, string column)
    {
        File.WriteAllText(_file, Header + row);

        var error = Assert.Throws<UserErrorException>(() => KernelTable.Read(_file, needLatency: true));

        Assert.Contains(column, error.Where, StringComparison.Ordinal);
    }

    [Fact]
    public void Identical_rows_determine_nothing()
    {
        File.WriteAllText(_file, Header + string.Concat(Enumerable.Repeat("gemm,bf16,dense,1,32,64,1e-5\n", 20)));

        var error = Assert.Throws<UserErrorException>(() => Calibration.Fit(_profile, KernelTable.Read(_file, needLatency: true), Priors.None, null, 0));

        Assert.Contains("1 distinct", error.Message, StringComparison.Ordinal);
    }

    private FamilyTable Synthetic(KernelPhysics truth)
    {
        var device = _profile.Figures(DType.Bf16, SparsityPattern.Dense.Instance);
        double[] sizes = [32, 256, 1000, 4096, 12000];
        KernelCall[] calls =
            [.. from m in sizes from n in sizes from k in sizes select new KernelCall(KernelKind.Gemm, DType.Bf16) { M = m, N = n, K = k }];
        return new("gemm/bf16/dense", device, calls, [.. calls.Select(call => truth.Latency(Work.Of(call), device))]);
    }

    private void Write(FamilyTable table) =>
        File.WriteAllText(_file, Header + string.Concat(table.Calls.Zip(table.Seconds, (call, seconds) => $"gemm,bf16,dense,{call.M},{call.N},{call.K},{seconds:R}\n")));
}
