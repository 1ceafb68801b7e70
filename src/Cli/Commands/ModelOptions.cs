using System.CommandLine;
using SparseProf.CostModel.Hardware;
using SparseProf.CostModel.Latency;

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

    /// <summary>The calibration named, or null.</summary>
    public static Calibration? Load(string? path, HardwareProfile profile) => path is null ? null : CalibrationFile.Read(path, profile);
}
