using SparseProf.Ops;
using SparseProf.Ops.Units;
using SparseProf.Profiler.Kernels;
using SparseProf.Profiler.Kernels.Checking;
using SparseProf.Profiler.Kernels.Dense;
using SparseProf.Torch;

namespace SparseProf.Profiler.Tests.Kernels;

public sealed class KernelTests
{
    private static readonly Op[] s_ops =
    [
        Product(33, 40, 72, "dense", bias: true), Product(33, 40, 72, "csr@0.2"), Product(5, 64, 64, "block:16x16@0.5", bias: true), Product(17, 24, 48, "2:4"),
        Convolution("dense"), Convolution("csr@0.3"),
        new Softmax(7, 33, DType.Fp32), new Normalization("layer_norm", 9, 40, DType.Fp32), new Elementwise("gelu", 5, 50, DType.Fp32),
        new Elementwise("relu", 5, 50, DType.Fp32), new Elementwise("tanh", 5, 50, DType.Fp32), new Elementwise("add", 5, 50, DType.Fp32, 2),
    ];

    [Fact]
    public void Every_kernel_passes_its_own_check_on_every_op_that_it_takes()
    {
        foreach (var op in s_ops)
        {
            var kernels = Kernels().For(op);
            Assert.True(kernels.Count > 0 || !HasTorch, $"no kernel for {op}");
            foreach (var kernel in kernels)
            {
                using var prepared = kernel.Prepare(op, new KernelData(Copies: 2));
                var correctness = prepared.Verify();
                Assert.True(correctness.Passed, $"{kernel.Name} on {op}: {correctness}");
                prepared.Run(1);
                Assert.Equal(2, prepared.Copies);
                Assert.True(prepared.BytesPerCopy.Value > 0);
            }
        }
    }

    [Fact]
    public void Kernels_of_the_same_op_and_seed_agree_with_each_other()
    {
        SkipWithoutTorch();
        var op = Product(19, 32, 64, "csr@0.25", bias: true);
        var results = Kernels().For(op).Select(kernel =>
        {
            using var prepared = kernel.Prepare(op, new KernelData(Seed: 9));
            prepared.Run(0);
            return prepared.ReadOutput();
        }).ToList();
        Assert.Equal(4, results.Count);
        Assert.All(results, result => Assert.All(result.Zip(results[0]), pair => Assert.Equal(pair.First, pair.Second, 1e-4)));
    }

    [Fact]
    public void An_op_that_does_not_fit_is_refused_with_the_reason()
    {
        var csr = CpuKernels.Sparse(KernelCases.Team(1))[0];
        Assert.Contains("fp32 only", csr.Misfit(Product(1, 4, 4, "csr@0.5") with { DType = DType.Bf16 }), StringComparison.Ordinal);
        Assert.Contains("does not store 2:4", csr.Misfit(Product(1, 4, 4, "2:4")), StringComparison.Ordinal);
        Assert.Contains("matrices only", csr.Misfit(new Softmax(1, 1, DType.Fp32)), StringComparison.Ordinal);
        Assert.Throws<NotSupportedException>(() => csr.Prepare(Product(1, 4, 4, "2:4"), new KernelData()));
    }

    [Fact]
    public void The_best_dense_kernel_is_one_that_computes_right()
    {
        SkipWithoutTorch();
        var (kernel, prepared) = BestDense.Choose(Product(16, 32, 32, "dense"), new KernelData());
        using (prepared)
            Assert.True(prepared.Verify().Passed, kernel.Name);
    }

    [Fact]
    public void A_result_that_was_not_written_or_is_wrong_fails_the_check()
    {
        double[] reference = [1, -1, 1, -1];
        Assert.True(ResultCheck.Compare([1, -1, 1, -1], reference, 1e-6).Passed);
        Assert.False(ResultCheck.Compare([1, -1, 1, -1.001f], reference, 1e-6).Passed);
        Assert.Equal(double.PositiveInfinity, ResultCheck.Compare([1, float.NaN, 1, -1], reference, 1e-6).MaxRelativeError);
        Assert.Equal(double.PositiveInfinity, ResultCheck.Compare([float.NaN, 5, 1, -1], reference, 1e-6).MaxRelativeError);
    }

    [Fact]
    public void The_reference_of_gelu_agrees_with_published_values_of_the_normal_distribution()
    {
        // Φ(1) = 0.8413447460685429, Φ(-2) = 0.0227501319481792 (Abramowitz and Stegun, table 26.1).
        Assert.Equal(0.8413447460685429, ReferenceRows.Gelu(1), 9);
        Assert.Equal(-2 * 0.0227501319481792, ReferenceRows.Gelu(-2), 9);
    }

    private static bool HasTorch => TorchProblem is null;

    private static string? TorchProblem { get; } = FindTorchProblem();

    private static List<IKernel> Kernels() => [.. CpuKernels.Sparse(KernelCases.Team(2)), .. HasTorch ? CpuKernels.Dense : []];

    private static void SkipWithoutTorch() => Assert.SkipUnless(HasTorch, TorchProblem ?? "");

    private static string? FindTorchProblem()
    {
        try
        {
            _ = TorchLibrary.Loaded;
            return null;
        }
        catch (TorchMissingException missing)
        {
            return missing.Message;
        }
    }

    private static Gemm Product(long m, long n, long k, string pattern, bool bias = false) =>
        new(new GemmShape(m, n, k), DType.Fp32, SparsityPatternText.Parse(pattern), bias);

    private static Conv2d Convolution(string pattern) => new(2, 4, 8, 9, 7, 3, 1, 1, DType.Fp32, SparsityPatternText.Parse(pattern), Bias: true);
}
