using SparseProf.Ops;
using SparseProf.Ops.Errors;
using SparseProf.Ops.Units;
using SparseProf.Profiler.Devices;
using SparseProf.Profiler.Kernels.Memory;
using SparseProf.Profiler.Power;
using SparseProf.Profiler.Sampling;
using SparseProf.Store;
using SparseProf.Store.Rows;
using SparseProf.Torch;

namespace SparseProf.Profiler.Experiment;

/// <summary>
/// Verifies and times groups of cases and stores everything as it comes. A case that fails is stored as an attempt and
/// the session goes on; a cancelled session keeps what was sampled.
/// </summary>
public sealed class MeasurementSession(IDevice device, MeasurementWriter writer, long runId, SessionSettings settings)
{
    private readonly TimeBudget _budget = settings.Budget is { } total ? new TimeBudget(TimeProvider.System, total) : TimeBudget.Unlimited;
    private bool _cutShort;

    /// <summary>How the run ended: completed, interrupted or out_of_time.</summary>
    /// <param name="stored">Case keys that need no measuring again.</param>
    public string Run(IReadOnlyList<CaseGroup> groups, IReadOnlySet<string> stored, Action<SessionProgress> progress, CancellationToken cancel)
    {
        var whole = groups.Select(group => group.ExpectedTime).Sum();
        var done = new Seconds(0);
        for (var i = 0; i < groups.Count; i++)
        {
            if (cancel.IsCancellationRequested)
                return "interrupted";
            if (_budget.IsSpent)
                return "out_of_time";
            progress(new SessionProgress(groups[i].Title, i + 1, groups.Count, done / whole));
            var wanted = groups[i].Cases.Where(planned => !stored.Contains(writer.CaseKeyOf(runId, planned))).ToList();
            if (wanted.Count > 0)
                Measure(groups[i], wanted, cancel);
            done += groups[i].ExpectedTime;
        }

        return cancel.IsCancellationRequested ? "interrupted" : _cutShort ? "out_of_time" : "completed";
    }

    private void Measure(CaseGroup group, List<MeasurementCase> wanted, CancellationToken cancel)
    {
        try
        {
            using var prepared = group.Prepare(wanted);
            foreach (var (name, value) in prepared.Observations)
                writer.AppendCalibration(runId, name, value);
            var verified = prepared.Cases.Select(Verified).OfType<PreparedCase>().ToList();
            if (verified.Count > 0 && !cancel.IsCancellationRequested)
                Time(verified, cancel);
        }
        catch (Exception failure) when (failure is TorchException or NotSupportedException or OutOfMemoryException)
        {
            foreach (var planned in wanted)
                Attempt(planned, failure is NotSupportedException ? "unsupported" : failure is OutOfMemoryException ? "out_of_memory" : "failed", failure.Message);
        }
        finally
        {
            NativeHeap.ReturnFree();
        }
    }

    /// <summary>The case with its correctness, or null where the result is wrong: a wrong kernel's time means nothing.</summary>
    private PreparedCase? Verified(PreparedCase prepared)
    {
        var correctness = prepared.Verify();
        if (!correctness.Passed)
        {
            Attempt(prepared.Case, "wrong_result", $"relative error {correctness.MaxRelativeError:0.##e0} is above the tolerance {correctness.Tolerance:0.##e0}");
            return null;
        }

        return prepared with
        {
            Case = prepared.Case with { Verified = true, MaxRelError = correctness.MaxRelativeError, Tolerance = correctness.Tolerance },
        };
    }

    private void Time(List<PreparedCase> cases, CancellationToken cancel)
    {
        var peaks = cases.ConvertAll(PeakMemoryOf);
        var ids = cases.ConvertAll(prepared => writer.BeginMeasurement(runId, prepared.Case));
        var measurements = Sample(cases, ids, cancel);
        _cutShort |= measurements.Any(measured => measured.StopReason is StopReason.BudgetSpent);
        for (var i = 0; i < measurements.Count; i++)
        {
            var energy = cases[i].Case.OpKind == "model" && !cancel.IsCancellationRequested
                ? EnergyLoop.Measure(device, cases[i].Work, cases[i].Case.Mode, 1, settings.EnergyWindow, cancel: cancel)
                : null;
            var result = measurements[i].ToResult(energy);
            writer.CompleteMeasurement(ids[i], result with { PeakMemoryBytes = peaks[i]?.Value, PeakMemoryScope = peaks[i] is null ? null : PeakMemory.Scope });
        }
    }

    private IReadOnlyList<Measurement> Sample(List<PreparedCase> cases, List<long> ids, CancellationToken cancel)
    {
        try
        {
            return cases.Count == 1
                ? [new Sampler(device, _budget).Measure(cases[0].Work, settings.Single(cases[0].Case.Mode), timings => Append(ids[0], timings), cancel)]
                : new InterleavedSampler(device, _budget)
                    .Measure([.. cases.Select(prepared => prepared.Work)], settings.Compare(cases[0].Case), (i, timings) => Append(ids[i], timings), cancel).Candidates;
        }
        catch (OperationCanceledException)
        {
            // Stopped before anything whole was sampled; what was begun stays marked as cut off.
            return [];
        }
    }

    private void Append(long id, IReadOnlyList<Timing> timings) =>
        writer.AppendSamples(id, SampleKind.TimeS, [.. timings.Select(timing => timing.PerCall.Value)]);

    private static Bytes? PeakMemoryOf(PreparedCase prepared)
    {
        if (prepared.Case.OpKind != "model")
            return null;
        var peak = PeakMemory.Begin();
        prepared.Work.Run(0);
        return peak.Value;
    }

    private void Attempt(MeasurementCase planned, string status, string message) => writer.AppendAttempt(runId, new AttemptRow
    {
        CaseKey = writer.CaseKeyOf(runId, planned),
        AtUtc = DateTimeOffset.UtcNow,
        Op = planned.Op,
        Kernel = planned.Kernel,
        Status = status,
        Message = message.Split('\n')[0],
    });
}

/// <summary>Where a session stands when a group begins.</summary>
/// <param name="Share">Of the whole work by expected time, 0 to 1.</param>
public sealed record SessionProgress(string Title, int Step, int Steps, double Share);
