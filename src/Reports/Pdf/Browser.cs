using SparseProf.Ops.Errors;

namespace SparseProf.Reports.Pdf;

/// <summary>Finds a browser of the Chromium family.</summary>
public static class Browser
{
    /// <summary>Names a browser by its path, before any other.</summary>
    public const string Variable = "SPARSEPROF_BROWSER";

    public const string Remedy = "apt-get install chromium (or install Google Chrome or Microsoft Edge), or name one in " + Variable;

    private static readonly string[] s_names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "microsoft-edge", "microsoft-edge-stable", "msedge"];

    private static readonly string[] s_places =
    [
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
        "/Applications/Chromium.app/Contents/MacOS/Chromium",
        "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
        @"C:\Program Files\Google\Chrome\Application\chrome.exe",
        @"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
    ];

    /// <summary>The path of a browser, or null.</summary>
    public static string? Find()
    {
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } named)
            return File.Exists(named) ? named : null;
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        return folders.SelectMany(folder => s_names.Select(name => Path.Combine(folder, OperatingSystem.IsWindows() ? name + ".exe" : name))).Concat(s_places).FirstOrDefault(File.Exists);
    }

    /// <exception cref="UserErrorException">There is none.</exception>
    public static string Require() => Find() ?? throw new UserErrorException(
        ErrorKind.Missing, Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } named ? $"{Variable} names '{named}', which does not exist" : "a PDF needs Chromium, Chrome or Edge, and none was found")
    {
        Next = Remedy,
    };
}
