using System.Globalization;
using SparseProf.Ops.Errors;

namespace SparseProf.Workloads.Data.Synthetic;

/// <summary>What a synthetic data set is made with; equal options make equal examples.</summary>
/// <param name="Train">Examples to train on.</param>
/// <param name="Validation">Examples to judge by.</param>
/// <param name="Difficulty">0 (easy) to 1: noise and distraction in images, negation and distraction in sentences.</param>
public sealed record SyntheticOptions(int Train = 10_000, int Validation = 2_000, double Difficulty = SyntheticOptions.UsualDifficulty, long Seed = 1)
{
    public const double UsualDifficulty = 0.5;

    /// <summary>The name of the data set: what differs from the usual is part of it.</summary>
    internal string Named(string name)
    {
        var different = new List<string>();
        if (Difficulty != UsualDifficulty)
            different.Add(string.Create(CultureInfo.InvariantCulture, $"difficulty={Difficulty}"));
        if (Seed != 1)
            different.Add(string.Create(CultureInfo.InvariantCulture, $"seed={Seed}"));
        return different.Count == 0 ? name : $"{name}({string.Join(',', different)})";
    }

    /// <exception cref="UserErrorException">No examples, or a difficulty out of range.</exception>
    internal SyntheticOptions Checked() => this switch
    {
        { Difficulty: not (>= 0 and <= 1) } => throw new UserErrorException(ErrorKind.WrongUsage, string.Create(CultureInfo.InvariantCulture, $"{Difficulty} is no difficulty")) { Where = "--difficulty", Allowed = "0 (easy) to 1" },
        { Train: < 1 } or { Validation: < 1 } => throw new UserErrorException(ErrorKind.WrongUsage, "a data set needs at least one example of each kind"),
        _ => this,
    };
}
