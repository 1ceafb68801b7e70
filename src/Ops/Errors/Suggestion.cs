namespace SparseProf.Ops.Errors;

/// <summary>Finds what was probably meant by a misspelt name.</summary>
public static class Suggestion
{
    /// <summary>The known name nearest to <paramref name="given"/>, or null where none is near.</summary>
    public static string? Nearest(string given, IEnumerable<string> known)
    {
        var nearest = known.Select(name => (Name: name, Distance: EditDistance(given.ToUpperInvariant(), name.ToUpperInvariant())))
            .OrderBy(candidate => candidate.Distance)
            .FirstOrDefault();
        return nearest.Name is not null && nearest.Distance <= Math.Max(2, given.Length / 3) ? nearest.Name : null;
    }

    /// <summary>An error for a name that is none of the known ones.</summary>
    public static UserErrorException UnknownName(string noun, string given, IReadOnlyCollection<string> known, string? where = null)
    {
        var nearest = Nearest(given, known);
        return new UserErrorException(ErrorKind.WrongUsage, $"unknown {noun} '{given}'")
        {
            Where = where,
            Allowed = string.Join(", ", known),
            Next = nearest is null ? null : $"did you mean '{nearest}'?",
        };
    }

    // Levenshtein distance with two rows.
    private static int EditDistance(string left, string right)
    {
        var previous = Enumerable.Range(0, right.Length + 1).ToArray();
        var current = new int[right.Length + 1];
        for (var i = 1; i <= left.Length; i++)
        {
            current[0] = i;
            for (var j = 1; j <= right.Length; j++)
            {
                var substitution = previous[j - 1] + (left[i - 1] == right[j - 1] ? 0 : 1);
                current[j] = Math.Min(substitution, Math.Min(previous[j], current[j - 1]) + 1);
            }

            (previous, current) = (current, previous);
        }

        return previous[right.Length];
    }
}
