using System.Diagnostics;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using SparseProf.Ops.Errors;
using SparseProf.Testing;

namespace SparseProf.Faults.Tests.Fuzzing;

/// <summary>Feeds inputs to a parser: each must be read, or refused in a sentence, within bounds of time and memory.</summary>
internal static class Bounded
{
    // Of an input of at most 16 KiB, on a machine that may be busy.
    private static readonly TimeSpan s_longest = TimeSpan.FromSeconds(10);
    private const long MostBytes = 128 << 20;

    /// <param name="usual">Inputs in a usual run.</param>
    public static void Fuzz(string what, int usual, IReadOnlyList<string> valid, Action<byte[]> read)
    {
        var seeds = valid.Select(Encoding.UTF8.GetBytes).ToList();
        foreach (var seed in seeds)
            read(seed);
        var (inputs, refused) = (0L, 0L);
        using var watchdog = new Timer(_ => Environment.FailFast($"the parser of {what} hangs"));
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(FaultCounts.Of(usual)).WithEndSize(200), Prop.ForAll(Mutations.Of(seeds).ToArbitrary(), input =>
        {
            watchdog.Change(6 * s_longest, Timeout.InfiniteTimeSpan);
            inputs++;
            refused += Read(what, input, read) ? 0 : 1;
        }));
        watchdog.Change(Timeout.Infinite, Timeout.Infinite);
        Assert.True(refused > 0, "not one input was refused: nothing was parsed");
        FaultCounts.Tell($"inputs of {what}, {refused:N0} refused", inputs);
    }

    /// <summary>False where the input was refused.</summary>
    private static bool Read(string what, byte[] input, Action<byte[]> read)
    {
        var allocated = GC.GetAllocatedBytesForCurrentThread();
        var begun = Stopwatch.GetTimestamp();
        try
        {
            read(input);
            return true;
        }
        catch (UserErrorException told)
        {
            Assert.NotEmpty(told.Message);
            return false;
        }
        catch (Exception bug) when (bug is not Xunit.Sdk.XunitException)
        {
            throw new InvalidOperationException($"{what}: {bug.GetType().Name}: {bug.Message} for {Convert.ToBase64String(input)} as text {Encoding.UTF8.GetString(input)}\n{bug.StackTrace}", bug);
        }
        finally
        {
            Assert.True(Stopwatch.GetElapsedTime(begun) < s_longest, $"{what}: {Stopwatch.GetElapsedTime(begun)} for {Convert.ToBase64String(input)}");
            Assert.True(GC.GetAllocatedBytesForCurrentThread() - allocated < MostBytes, $"{what}: {GC.GetAllocatedBytesForCurrentThread() - allocated:N0} bytes for {Convert.ToBase64String(input)}");
        }
    }
}
