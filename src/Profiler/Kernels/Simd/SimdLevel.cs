using System.Runtime.Intrinsics.X86;
using SparseProf.Ops.Errors;

namespace SparseProf.Profiler.Kernels.Simd;

/// <summary>Instruction sets with their own compiled kernels, widest last.</summary>
public enum SimdLevel
{
    Portable,
    Avx2,
    Avx512,
}

public static class SimdLevels
{
    /// <summary>The environment variable that overrides the choice: portable, avx2 or avx512.</summary>
    public const string Variable = "SPARSEPROF_SIMD";

    /// <summary>The widest level of this machine, or the one that <see cref="Variable"/> names.</summary>
    /// <exception cref="UserErrorException">The variable names no level, or one that this machine lacks.</exception>
    public static SimdLevel Current { get; } = Choose(Environment.GetEnvironmentVariable(Variable));

    public static bool IsSupported(this SimdLevel level) => level switch
    {
        SimdLevel.Avx512 => Avx512F.IsSupported,
        SimdLevel.Avx2 => Avx2.IsSupported && Fma.IsSupported,
        _ => true,
    };

    public static string Name(this SimdLevel level) => level.ToString().ToLowerInvariant();

    internal static SimdLevel Choose(string? name)
    {
        var levels = Enum.GetValues<SimdLevel>();
        if (string.IsNullOrEmpty(name))
            return levels.Last(IsSupported);
        var known = Array.ConvertAll(levels, Name);
        var place = Array.IndexOf(known, name.ToLowerInvariant());
        if (place < 0)
            throw Suggestion.UnknownName("instruction set", name, known, Variable);
        return levels[place].IsSupported()
            ? levels[place]
            : throw new UserErrorException(ErrorKind.Missing, $"this processor has no {name}")
            {
                Where = Variable,
                Allowed = string.Join(", ", levels.Where(IsSupported).Select(Name)),
            };
    }
}
