using SparseProf.Ops;
using SparseProf.Store;
using SparseProf.Store.Rows;

// Appends measurements to the database until it is killed, and acknowledges each chunk of samples on standard output.
using var writer = MeasurementWriter.Open(args[0]);
var first = long.Parse(args[1]);
var run = writer.BeginRun(
    new RunRow
    {
        StartedUtc = DateTimeOffset.UnixEpoch,
        Command = "write until killed",
        ProgramVersion = "0",
        HostKey = "host",
        HostSystem = "Linux",
        DeviceKind = "cpu",
        DeviceName = "Some CPU",
        DeviceKey = "device",
        DeviceDriver = "1",
        DeviceArchitecture = "none",
    },
    []);
for (var m = first; ; m++)
{
    var gemm = new Gemm(new GemmShape(m, 1, 1), DType.Fp32, SparsityPattern.Dense.Instance);
    var measurement = writer.BeginMeasurement(run, MeasurementCase.For(gemm, "none", TimingMode.Hot, Execution.Dense, verified: true));
    for (var chunk = 0; chunk < 5; chunk++)
    {
        writer.AppendSamples(measurement, SampleKind.TimeS, [chunk, m]);
        Console.WriteLine($"{m} {2 * (chunk + 1)}");
    }

    writer.CompleteMeasurement(measurement, new MeasurementResult
    {
        StopReason = "interval_narrow",
        ElapsedS = 1,
        SampleCount = 10,
        CallsPerSample = 1,
        WarmUpCalls = 0,
    });
}
