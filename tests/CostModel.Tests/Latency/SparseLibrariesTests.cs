using SparseProf.CostModel.Hardware;
using SparseProf.CostModel.Latency;
using SparseProf.Ops;
using SparseProf.Ops.Units;
using Xunit;

namespace SparseProf.CostModel.Tests.Latency;

/// <summary>What is predicted of sparse kernels from a data sheet alone, beside published figures of other devices than those the constants are of.</summary>
public class SparseLibrariesTests
{
    private static readonly SparsityPattern s_twoFour = SparsityPatternText.Parse("2:4");

    [Fact]
    public void A_2_4_product_of_few_tokens_on_Hopper_is_slower_than_the_dense_one_and_of_many_faster()
    {
        Assert.True(Ratio("nvidia-h200-sxm-141gb", 64, 4096, 4096) < 0.8);
        Assert.True(Ratio("nvidia-h200-sxm-141gb", 64, 4096, 11008) < 0.8);
        Assert.InRange(Ratio("nvidia-h200-sxm-141gb", 8192, 8192, 8192), 1.3, 1.6);
    }

    [Fact]
    public void The_depth_of_a_2_4_product_of_few_tokens_is_one_chain_on_Hopper_and_is_split_on_Ampere()
    {
        var hopper = Seconds("nvidia-h100-pcie-80gb", 64, 2048, 8192, s_twoFour);
        Assert.InRange(hopper, 0.7 * 36.2e-6, 1.1 * 36.2e-6);
        Assert.Equal(hopper, Seconds("nvidia-h100-pcie-80gb", 64, 3072, 8192, s_twoFour), 0.1 * hopper);
        var ampere = Seconds("nvidia-a100-pcie-80gb", 64, 2048, 8192, s_twoFour);
        Assert.InRange(ampere, 0.6 * 25.8e-6, 1.2 * 25.8e-6);
    }

    [Theory]
    [InlineData(0.5)]
    [InlineData(0.1)]
    [InlineData(0.02)]
    public void A_product_by_single_nonzeros_does_not_pay_for_many_tokens_however_few_there_are(double density)
    {
        var pattern = new SparsityPattern.Unstructured(new Fraction(density));
        Assert.True(Seconds("nvidia-h200-sxm-141gb", 1024, 4096, 4096, pattern) > Seconds("nvidia-h200-sxm-141gb", 1024, 4096, 4096, SparsityPattern.Dense.Instance));
    }

    [Fact]
    public void Of_fewer_nonzeros_a_product_takes_less_time_but_never_less_than_its_rows_cost()
    {
        double At(double density) => Seconds("nvidia-h200-sxm-141gb", 1024, 4096, 4096, new SparsityPattern.Unstructured(new Fraction(density)));
        Assert.True(At(0.5) > At(0.1) && At(0.1) > At(0.01));
        Assert.True(At(0.0001) > 0.5 * At(0.01));
    }

    [Fact]
    public void Blocks_left_out_leave_their_part_of_the_depth_out()
    {
        double At(double density) => Seconds("nvidia-h200-sxm-141gb", 1024, 4096, 4096, new SparsityPattern.Block(64, 64, new Fraction(density)));
        Assert.InRange(At(0.5) / At(0.1), 3.5, 5);
    }

    [Fact]
    public void Nothing_is_added_where_the_libraries_are_not_known()
    {
        var unknown = ProfileCatalog.Load("amd-mi300x").Figures(new KernelCall(KernelKind.Gemm, DType.Bf16));
        Assert.False(SparseLibraries.Covers(Call(64, 4096, 4096, new SparsityPattern.Unstructured(new Fraction(0.1))), unknown));
    }

    private static double Ratio(string profile, double m, double n, double k) =>
        Seconds(profile, m, n, k, SparsityPattern.Dense.Instance) / Seconds(profile, m, n, k, s_twoFour);

    private static double Seconds(string profile, double m, double n, double k, SparsityPattern pattern)
    {
        var call = Call(m, n, k, pattern);
        return Calibration.PredictorFor(call, null, ProfileCatalog.Load(profile), Priors.None).Predict(call).Seconds.Value;
    }

    private static KernelCall Call(double m, double n, double k, SparsityPattern pattern) => new(KernelKind.Gemm, DType.Bf16) { M = m, N = n, K = k, Pattern = pattern };
}
