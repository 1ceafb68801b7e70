namespace SparseProf.CostModel.Hardware;

/// <summary>Which profile of the catalog describes a device, by the name that its driver gives it and its memory.</summary>
public static class ProfileMatch
{
    // Drivers report a few percent less than the data sheet's decimal gigabytes, or as many binary ones.
    private const double MemoryTolerance = 0.15;

    /// <summary>Null where none fits: <c>NVIDIA H100 80GB HBM3</c> is <c>nvidia-h100-sxm5-80gb</c>.</summary>
    /// <param name="memoryBytes">As the device reports it.</param>
    public static HardwareProfile? Find(string deviceName, double memoryBytes)
    {
        var words = Words(deviceName);
        return ProfileCatalog.Ids.Select(ProfileCatalog.Load)
            .Where(profile => Model(profile) is { Count: > 0 } model && model.IsSubsetOf(words))
            .Where(profile => profile.MemoryBytes is { } bytes && Math.Abs(memoryBytes / bytes - 1) <= MemoryTolerance)
            .Where(profile => IsPcie(profile) == words.Contains("pcie") || !HasForms(profile))
            .OrderByDescending(profile => Model(profile).Count)
            .ThenBy(profile => Math.Abs(memoryBytes / profile.MemoryBytes!.Value - 1))
            .FirstOrDefault();
    }

    // nvidia-rtx-4090 → rtx, 4090; the form and the memory are told apart by other means.
    private static HashSet<string> Model(HardwareProfile profile) =>
        [.. profile.Id.Split('-').Skip(1).TakeWhile(word => !word.StartsWith("sxm", StringComparison.Ordinal) && word != "pcie" && !word.EndsWith("gb", StringComparison.Ordinal))];

    private static bool IsPcie(HardwareProfile profile) => profile.Id.Contains("-pcie", StringComparison.Ordinal);

    private static bool HasForms(HardwareProfile profile) => IsPcie(profile) || profile.Id.Contains("-sxm", StringComparison.Ordinal);

    private static HashSet<string> Words(string name) =>
        [.. new string([.. name.ToLowerInvariant().Select(letter => char.IsAsciiLetterOrDigit(letter) ? letter : ' ')]).Split(' ', StringSplitOptions.RemoveEmptyEntries)];
}
