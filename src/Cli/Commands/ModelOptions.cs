using System.CommandLine;
using SparseProf.CostModel.Hardware;
using SparseProf.CostModel.Latency;
using SparseProf.Ops.Errors;

namespace SparseProf.Cli.Commands;

/// <summary>Options that the commands of the cost model share.</summary>
internal static class ModelOptions
{
    public static Option<string> Csv(string description) => new("--csv") { Description = description, HelpName = "FILE", Required = true };

    public static Option<string> Profile() => new("--profile") { Description = "The device: an id of 'sparseprof profiles list' or a profile file.", HelpName = "ID", Required = true };

    public static Option<string[]> Priors() => new("--prior")
    {
        Description = "A table of another device, FILE:PROFILE; may be given several times.",
        HelpName = "FILE:ID",
        AllowMultipleArgumentsPerToken = true,
    };

    public static Option<string?> Calibration() => new("--calibration") { Description = "What 'fit latency --out' wrote.", HelpName = "FILE" };

    public static Option<string[]> Calibrations() => new("--calibration")
    {
        Description = "What 'fit latency --out' wrote; may be given several times, one a device.",
        HelpName = "FILE",
        AllowMultipleArgumentsPerToken = true,
    };

    /// <summary>Calibrations by the profile that each is for.</summary>
    /// <exception cref="UserErrorException">One is for a device that is not asked about.</exception>
    public static Dictionary<string, Calibration> LoadAll(string[] files, IReadOnlyList<HardwareProfile> profiles)
    {
        var calibrations = new Dictionary<string, Calibration>();
        foreach (var file in files)
        {
            var id = CalibrationFile.ProfileOf(file);
            var profile = profiles.FirstOrDefault(profile => profile.Id == id)
                ?? throw new UserErrorException(ErrorKind.WrongUsage, $"the calibration is for {id}, which is not asked about") { Where = file, Allowed = string.Join(", ", profiles.Select(known => known.Id)) };
            calibrations[id] = CalibrationFile.Read(file, profile);
        }

        return calibrations;
    }

    /// <summary>The calibration named, or null.</summary>
    public static Calibration? Load(string? path, HardwareProfile profile) => path is null ? null : CalibrationFile.Read(path, profile);
}
