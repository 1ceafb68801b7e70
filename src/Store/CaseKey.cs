using System.Security.Cryptography;
using System.Text;
using SparseProf.Store.Rows;

namespace SparseProf.Store;

/// <summary>
/// The key under which a case is found again: equal for the same work, done in the same way, on the same device with the
/// same driver and library. Resume skips cases by it, merge drops repeated ones, A/B pairs meet by it.
/// </summary>
public static class CaseKey
{
    private const int KeyBytes = 16;

    /// <summary>32 hexadecimal digits.</summary>
    public static string Of(RunRow run, MeasurementCase measured) => Hash(
        run.DeviceKind, run.DeviceKey, run.DeviceDriver,
        measured.Library, measured.LibraryVersion, measured.Kernel, measured.Algorithm,
        measured.Workload, measured.Op, measured.Dtype, measured.Pattern,
        measured.Data, measured.Seed?.ToString(), measured.Threads?.ToString(),
        measured.Mode.ToString(), measured.Regime.ToString(), measured.Execution.ToString());

    /// <summary>A key over any fields, in order; null and empty are told apart.</summary>
    public static string Hash(params string?[] fields)
    {
        var text = new StringBuilder();
        foreach (var field in fields)
            text.Append(field is null ? "-" : $"{field.Length}:{field}").Append('\n');
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())).AsSpan(0, KeyBytes));
    }
}
