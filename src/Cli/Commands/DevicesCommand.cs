using System.CommandLine;
using SparseProf.Cli.Output;
using SparseProf.CostModel.Hardware;
using SparseProf.Ops.Errors;
using SparseProf.Ops.Units;
using SparseProf.Profiler.Devices;
using SparseProf.Profiler.Devices.Cpu;
using SparseProf.Profiler.Devices.Cuda;

namespace SparseProf.Cli.Commands;

/// <summary><c>sparseprof devices</c>: what can be measured on this machine.</summary>
internal static class DevicesCommand
{
    public static Command Build()
    {
        var json = CommonOptions.Json();
        var command = new Command("devices", "Lists what can be measured on this machine: the processor and its GPUs.") { json };
        command.SetAction(parsed => Print(parsed.GetValue(json)));
        return command.WithExamples("sparseprof devices          # a line a device", "sparseprof devices --json   # with everything that each device says of itself");
    }

    private static void Print(bool json)
    {
        var devices = new List<DeviceIdentity>();
        using (var processor = new CpuDevice())
            devices.Add(processor.Identity);
        string? noGpu = null;
        try
        {
            devices.AddRange(CudaDevices.List());
        }
        catch (UserErrorException missing)
        {
            noGpu = missing.Message;
        }

        if (json)
        {
            JsonOutput.Write(new { Devices = devices.Select(Document), NoGpuBecause = noGpu });
            return;
        }

        var table = new TextTable().Text("device", "name", "architecture").Numbers("units", "memory", "cache", "clock").Text("driver", "profile");
        foreach (var device in devices)
        {
            table.Row(
                device.Kind == "cpu" ? "--cpu" : $"--gpu {device.Index}", device.Name, device.Architecture, device.Units.ToString(),
                SiFormat.Capacity(device.Memory), SiFormat.Capacity(device.LastLevelCache),
                device.MaxClock?.ToString() ?? "-", device.Driver, ProfileOf(device) ?? "-");
        }

        table.Write(Console.Out);
        if (noGpu is not null)
            Console.Out.WriteLine($"no GPU: {noGpu}");
    }

    // The processor has none: profiles describe accelerators.
    private static string? ProfileOf(DeviceIdentity device) => device.Kind == "cpu" ? null : ProfileMatch.Find(device.Name, device.Memory.Value)?.Id;

    private static object Document(DeviceIdentity device) => new
    {
        device.Kind,
        device.Index,
        device.Name,
        device.Key,
        device.Architecture,
        device.Driver,
        device.Units,
        MemoryBytes = device.Memory.Value,
        CacheBytes = device.LastLevelCache.Value,
        MaxClockHz = device.MaxClock?.Value,
        Profile = ProfileOf(device),
        device.Facts,
    };
}
