using SparseProf.Ops;
using SparseProf.Store.Rows;

namespace SparseProf.Store.Tests;

/// <summary>Rows for tests that do not care for most of their fields.</summary>
internal static class Some
{
    public static RunRow Run() => new()
    {
        StartedUtc = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero),
        Command = "measure --quick",
        ProgramVersion = "0.1.0",
        HostKey = "host",
        HostSystem = "Linux",
        DeviceKind = "cpu",
        DeviceName = "Some CPU",
        DeviceKey = "device",
        DeviceDriver = "6.1",
        DeviceArchitecture = "avx512",
        DeviceUnits = 2,
        DeviceMemoryBytes = 8e9,
        DeviceCacheBytes = 32e6,
    };

    public static MeasurementCase Case(long n = 3072) => MeasurementCase.For(
        new Gemm(new GemmShape(128, n, 768), DType.Fp32, new SparsityPattern.Unstructured(new(0.1))), "csr", TimingMode.Cold, Execution.Sparse, verified: true);

    public static MeasurementResult Result(params ObservedCaveat[] caveats) => new()
    {
        StopReason = "interval narrow enough",
        ElapsedS = 0.7,
        SampleCount = 3,
        CallsPerSample = 1,
        WarmUpCalls = 10,
        EnergyMissingBecause = "no RAPL",
        Caveats = caveats,
    };
}
