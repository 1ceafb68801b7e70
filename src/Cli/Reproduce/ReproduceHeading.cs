namespace SparseProf.Cli.Reproduce;

/// <summary>What stands above every table: on what it was measured, and that synthetic data are synthetic.</summary>
internal static class ReproduceHeading
{
    public static void Write(string title, ReproduceRequest request, IReadOnlyList<ReproducedModel> models, string device, TextWriter output)
    {
        output.WriteLine(title);
        output.WriteLine($"here: {(models.Any(model => model.Planned.Data.Synthetic) ? "SYNTHETIC data, made by a program" : "the real data")}; {(request.Full ? "models of the paper's sizes" : "small models of the same kinds")}; {device}; {Trainings(request, models)}");
    }

    private static string Trainings(ReproduceRequest request, IReadOnlyList<ReproducedModel> models)
    {
        var (reached, wanted) = (models.Sum(model => model.Trainings.Count), models.Count * request.Seeds);
        return $"{(reached == wanted ? $"{reached}" : $"{reached} of {wanted}")} trainings, {request.Seeds} seed{(request.Seeds == 1 ? "" : "s")} a model; intervals {(request.Seeds == 1 ? "over the examples of one seed" : "of Student's t over the seeds")}, 95 %";
    }
}
