using SparseProf.Ops.Errors;

namespace SparseProf.CostModel.Scaling.Laws;

/// <summary>The laws by name.</summary>
public static class ScalingLaws
{
    /// <summary>Those that <c>auto</c> compares.</summary>
    public static IReadOnlyList<ScalingLaw> Compared { get; } =
        [new ChinchillaLaw(), new PaperLaw(), new KappaLaw(), new FrantarLaw(), new ClarkLaw(), new AbnarLaw()];

    public static IReadOnlyList<ScalingLaw> All { get; } = [.. Compared, new GadreLaw()];

    /// <exception cref="UserErrorException">No law has this name.</exception>
    public static ScalingLaw Find(string name) =>
        All.FirstOrDefault(law => string.Equals(law.Name, name, StringComparison.OrdinalIgnoreCase))
        ?? throw Suggestion.UnknownName("law", name, [.. All.Select(law => law.Name), "auto"], "--law");
}
