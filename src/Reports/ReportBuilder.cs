using SparseProf.CostModel.Decisions.Deployment;
using SparseProf.Reports.Document;
using SparseProf.Reports.Evidence;
using SparseProf.Reports.Sections;
using SparseProf.Store;

namespace SparseProf.Reports;

/// <summary>Reads a database and says what follows from it.</summary>
public static class ReportBuilder
{
    /// <exception cref="Ops.Errors.UserErrorException">There is no such database or run.</exception>
    public static ReportDocument Build(ReportRequest request)
    {
        using var reader = MeasurementReader.Open(request.Database);
        // The law needs none of the measurements' statistics and takes as long.
        var scaling = Task.Run(() => ScalingSection.Build(request.Database));
        var deployments = Task.Run(() => DeploymentEvidence.Find(request));
        try
        {
            return Compose(request, reader, scaling, deployments);
        }
        finally
        {
            // Whatever was thrown: when this returns nothing reads the database any more.
            Task.WhenAll(scaling, deployments).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing).GetAwaiter().GetResult();
        }
    }

    private static ReportDocument Compose(ReportRequest request, MeasurementReader reader, Task<Section> scaling, Task<DeploymentAdvice?> deployments)
    {
        var evidence = ReportEvidence.Load(reader, request.Runs);
        var advice = evidence.Devices.Count > 0 ? deployments.Result : null;
        List<Section> sections =
        [
            DecisionSection.Build(evidence),
            ComparedSection.Build(evidence),
            SpeedupSection.Build(evidence),
            BreakEvenSection.Build(evidence),
            RooflineSection.Build(evidence),
            ModelSection.Build(evidence),
            PowerSection.Build(evidence),
            AcceleratorSection.Build(evidence, reader, advice),
            CostSection.Build(advice),
            scaling.Result,
            AccuracySection.Build(evidence),
            RoutingSection.Build(evidence),
        ];
        sections.AddRange([CaveatSection.Build(evidence, sections), MethodSection.Build(), GlossarySection.Build(), TablesSection.Build(evidence)]);
        return new(
            request.Title ?? "Is sparse worth deploying here?", Subtitle(evidence), request.Clock.GetUtcNow(), request.ProgramVersion, Path.GetFileName(request.Database), sections);
    }

    /// <summary>The sections that follow from measurements alone, quickly: what the live page draws.</summary>
    internal static IReadOnlyList<Section> Measured(ReportEvidence evidence) =>
        [DecisionSection.Build(evidence), SpeedupSection.Build(evidence), BreakEvenSection.Build(evidence), RooflineSection.Build(evidence), ModelSection.Build(evidence), PowerSection.Build(evidence)];

    private static string Subtitle(ReportEvidence evidence) => evidence.Devices.Count == 0
        ? "No measurements"
        : string.Join("; ", evidence.Devices.Select(device => device.Name));
}
