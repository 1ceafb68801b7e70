namespace SparseProf.Reports.Sections;

internal static class Sentences
{
    /// <summary>A clause as a sentence: capital letter, full stop.</summary>
    public static string Capital(string? text) => string.IsNullOrEmpty(text) ? "" : $"{char.ToUpperInvariant(text[0])}{text[1..].TrimEnd('.')}.";
}
