using SparseProf.Profiler.Devices.Cuda;
using SparseProf.Profiler.Devices.Cuda.Native;
using SparseProf.Profiler.Devices.Cuda.Native.Cusparse;
using SparseProf.Profiler.Kernels.Cuda;
using SparseProf.Profiler.Tests.Devices.Cuda;

namespace SparseProf.Profiler.Tests.Kernels.Cuda;

[Collection(SimulatedGpuState.Name)]
public sealed class SpmmOrderSearchTests : IDisposable
{
    private static readonly SpmmAlgorithm[] s_algorithms = [SpmmAlgorithm.Default, SpmmAlgorithm.Csr2];

    private readonly CudaDevice _device = SimulatedDevice.OpenOrSkip();

    public void Dispose() => _device?.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_faster_order_wins_and_both_times_are_known(bool rowsAreFaster)
    {
        var faster = rowsAreFaster ? CusparseOrder.Row : CusparseOrder.Column;
        var found = Search(_ => { }, candidate => (candidate.Order == faster ? 40UL : 60UL) + (candidate.Algorithm == SpmmAlgorithm.Default ? 10UL : 0));
        Assert.Equal(new SpmmCandidate(SpmmAlgorithm.Csr2, faster), found.Winner);
        Assert.Equal(40e-6, found.Best(faster)!.Value, 4e-6);
        Assert.Equal(60e-6, found.Best(Other(faster))!.Value, 6e-6);
        Assert.Equal((4, 0), (found.Candidates, found.Refused));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void An_order_that_is_refused_leaves_the_other(bool rowsAreRefused)
    {
        var refused = rowsAreRefused ? CusparseOrder.Row : CusparseOrder.Column;
        var before = Search(order => Refuse(order == refused, CudaFailure.OutOfMemory), _ => 40);
        var within = Search(_ => { }, candidate => Refuse(candidate.Order == refused, CudaFailure.NotSupported));
        Assert.All([before, within], found =>
        {
            Assert.Equal(Other(refused), found.Winner.Order);
            Assert.Null(found.Best(refused));
            Assert.NotNull(found.Best(Other(refused)));
            Assert.Equal((2, 2), (found.Candidates, found.Refused));
        });
    }

    [Fact]
    public void What_lacked_memory_is_told_before_what_the_library_lacks()
    {
        var error = Assert.Throws<CudaCallException>(() => Search(order => Refuse(true, order == CusparseOrder.Row ? CudaFailure.OutOfMemory : CudaFailure.NotSupported), _ => 40));
        Assert.Equal(CudaFailure.OutOfMemory, error.Failure);
        Assert.Throws<NotSupportedException>(() => Search(_ => { }, _ => Refuse(true, CudaFailure.NotSupported)));
    }

    [Fact]
    public void A_broken_context_ends_the_search() =>
        Assert.Equal(CudaFailure.Sticky, Assert.Throws<CudaCallException>(() => Search(_ => { }, candidate => Refuse(candidate.Order == CusparseOrder.Row, CudaFailure.Sticky))).Failure);

    private static CusparseOrder Other(CusparseOrder order) => order == CusparseOrder.Row ? CusparseOrder.Column : CusparseOrder.Row;

    private static ulong Refuse(bool refuse, CudaFailure failure) =>
        refuse ? throw new CudaCallException("cusparseSpMM", 0, "planted", new LibraryIdentity("cuSPARSE", "0", ""), failure) : 40UL;

    /// <param name="microseconds">What a call of the candidate takes.</param>
    private SpmmOrderSearch.Found Search(Action<CusparseOrder> prepare, Func<SpmmCandidate, ulong> microseconds) => _device.Invoke(() =>
    {
        using var search = new CandidateSearch(_device.Context);
        return new SpmmOrderSearch(search, s_algorithms, prepare, candidate => _device.Helpers.SpinOne(1000 * microseconds(candidate), 0)).Best();
    });
}
