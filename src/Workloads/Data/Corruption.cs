using System.Globalization;
using SparseProf.Ops.Errors;

namespace SparseProf.Workloads.Data;

/// <summary>A way to spoil inputs, from hardly (1) to badly (5), as in Hendrycks and Dietterich 2019.</summary>
public sealed record Corruption(CorruptionKind Kind, int Severity)
{
    public const int MaximumSeverity = 5;

    /// <summary>As the store and tables write it.</summary>
    public string Name => Kind switch
    {
        CorruptionKind.WordDrops => "word-drops",
        _ => Kind.ToString().ToLowerInvariant(),
    };

    /// <summary>How strong, from 0 to 1.</summary>
    internal double Strength => Severity / (double)MaximumSeverity;

    public static IReadOnlyList<CorruptionKind> OfImages { get; } = [CorruptionKind.Noise, CorruptionKind.Blur, CorruptionKind.Contrast];

    public static IReadOnlyList<CorruptionKind> OfText { get; } = [CorruptionKind.Typos, CorruptionKind.WordDrops];

    /// <exception cref="UserErrorException">A severity out of range.</exception>
    public static Corruption Of(CorruptionKind kind, int severity) => severity is >= 1 and <= MaximumSeverity
        ? new Corruption(kind, severity)
        : throw new UserErrorException(ErrorKind.WrongUsage, string.Create(CultureInfo.InvariantCulture, $"{severity} is no severity"))
        {
            Allowed = $"1 to {MaximumSeverity}",
        };
}

public enum CorruptionKind
{
    Noise,
    Blur,
    Contrast,
    Typos,
    WordDrops,
}
