namespace SparseProf.Ops.Errors;

/// <summary>
/// A problem that a user can understand and mend. The command line prints it as one report, never as a stack trace,
/// and ends with <see cref="Kind"/>'s exit code.
/// </summary>
public class UserErrorException(ErrorKind kind, string what, Exception? cause = null) : Exception(what, cause)
{
    public ErrorKind Kind { get; } = kind;

    /// <summary>File, line and column, flag or key.</summary>
    public string? Where { get; init; }

    /// <summary>What would have been accepted.</summary>
    public string? Allowed { get; init; }

    /// <summary>The next step.</summary>
    public string? Next { get; init; }
}

/// <summary>Why a command ended; the value is its exit code.</summary>
public enum ErrorKind
{
    /// <summary>The work itself failed: a full disk, a damaged database, a result that did not converge.</summary>
    Failed = 1,

    /// <summary>A flag, a value or an input file is not what was asked for.</summary>
    WrongUsage = 2,

    /// <summary>Hardware or a library that was asked for is not there.</summary>
    Missing = 3,
}
