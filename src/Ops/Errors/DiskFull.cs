namespace SparseProf.Ops.Errors;

/// <summary>A file that could not be written because nothing was left of its disk.</summary>
public static class DiskFull
{
    // ENOSPC, which the runtime hands on as it is.
    private const int NoSpaceLeft = 28;

    public static bool Is(Exception error) => error is IOException && error.HResult == NoSpaceLeft;

    /// <param name="next">What to do when there is space again.</param>
    public static UserErrorException Of(Exception error, string next) => new(ErrorKind.Failed, $"the disk is full: {error.Message}", error) { Next = $"free some space; {next}" };
}
