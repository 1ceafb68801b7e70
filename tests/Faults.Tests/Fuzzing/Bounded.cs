using System.Text;
using FsCheck;
using FsCheck.Fluent;
using SparseProf.Ops.Errors;
using SparseProf.Testing;

namespace SparseProf.Faults.Tests.Fuzzing;

/// <summary>Feeds inputs to a parser: each must be read, or refused in a sentence, within bounds of time and memory.</summary>
internal static class Bounded
{
    // Of the processor for an input of at most 16 KiB: a machine that is busy or suspended makes no parser slow.
    private static readonly TimeSpan s_longest = TimeSpan.FromSeconds(5);

    // A parser that waits takes no processor time. Ticks of a process that is suspended are not made up for.
    private static readonly TimeSpan s_tick = TimeSpan.FromSeconds(1);
    private const int LongestTicks = 60;
    private const long MostBytes = 128 << 20;

    /// <param name="usual">Inputs in a usual run.</param>
    public static void Fuzz(string what, int usual, IReadOnlyList<string> valid, Action<byte[]> read)
    {
        var seeds = valid.Select(Encoding.UTF8.GetBytes).ToList();
        foreach (var seed in seeds)
            read(seed);
        var (inputs, refused) = (0L, 0L);
        var latest = Array.Empty<byte>();
        var ticks = 0;
        using var watchdog = new Timer(
            _ =>
            {
                if (Interlocked.Increment(ref ticks) > LongestTicks)
                    Environment.FailFast($"the parser of {what} hangs at {Convert.ToBase64String(latest)}");
            },
            null, s_tick, s_tick);
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(FaultCounts.Of(usual)).WithEndSize(200), Prop.ForAll(Mutations.Of(seeds).ToArbitrary(), input =>
        {
            latest = input;
            Interlocked.Exchange(ref ticks, 0);
            inputs++;
            refused += Read(what, input, read) ? 0 : 1;
        }));
        Assert.True(refused > 0, "not one input was refused: nothing was parsed");
        FaultCounts.Tell($"inputs of {what}, {refused:N0} refused", inputs);
    }

    /// <summary>False where the input was refused.</summary>
    private static bool Read(string what, byte[] input, Action<byte[]> read)
    {
        var allocated = GC.GetAllocatedBytesForCurrentThread();
        var begun = Environment.CpuUsage.TotalTime;
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
            var spent = Environment.CpuUsage.TotalTime - begun;
            Assert.True(spent < s_longest, $"{what}: {spent} for {Convert.ToBase64String(input)}");
            Assert.True(GC.GetAllocatedBytesForCurrentThread() - allocated < MostBytes, $"{what}: {GC.GetAllocatedBytesForCurrentThread() - allocated:N0} bytes for {Convert.ToBase64String(input)}");
        }
    }
}
