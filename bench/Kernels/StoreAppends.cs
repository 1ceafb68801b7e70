using BenchmarkDotNet.Attributes;
using SparseProf.Ops;
using SparseProf.Store;
using SparseProf.Store.Rows;

namespace SparseProf.Kernels;

/// <summary>A million samples to a new database, a thousand a commit.</summary>
public class StoreAppends
{
    private const int Samples = 1_000_000;
    private const int ChunkSamples = 1000;

    private readonly double[] _chunk = new double[ChunkSamples];
    private string _folder = "";
    private MeasurementWriter? _writer;
    private long _measurement;

    [IterationSetup]
    public void Create()
    {
        _folder = Directory.CreateTempSubdirectory("sparseprof-bench").FullName;
        _writer = MeasurementWriter.Open(Path.Combine(_folder, "bench.db"));
        var run = _writer.BeginRun(
            new RunRow
            {
                StartedUtc = DateTimeOffset.UnixEpoch,
                Command = "bench",
                ProgramVersion = "0",
                HostKey = "host",
                HostSystem = "linux",
                DeviceKind = "cpu",
                DeviceName = "cpu",
                DeviceKey = "cpu",
                DeviceDriver = "",
                DeviceArchitecture = "x64",
            },
            []);
        _measurement = _writer.BeginMeasurement(
            run,
            new MeasurementCase
            {
                Op = "op",
                OpKind = "gemm",
                Kernel = "kernel",
                Dtype = "fp32",
                Pattern = "dense",
                Mode = TimingMode.Hot,
                Execution = Execution.Dense,
                Verified = true,
            });
    }

    [IterationCleanup]
    public void Delete()
    {
        _writer?.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Benchmark]
    public void Append()
    {
        for (var i = 0; i < Samples; i += ChunkSamples)
            _writer!.AppendSamples(_measurement, SampleKind.TimeS, _chunk);
    }
}
