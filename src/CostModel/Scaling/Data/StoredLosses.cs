using System.Text.Json;
using SparseProf.Ops.Errors;
using SparseProf.Store;
using SparseProf.Store.Rows;

namespace SparseProf.CostModel.Scaling.Data;

/// <summary>Losses in the database: imported tables, and our own training runs that ended with a decayed learning rate.</summary>
public static class StoredLosses
{
    /// <exception cref="UserErrorException">The database holds no losses.</exception>
    public static LossTable Read(string database, ParameterConvention convention = ParameterConvention.Unstated)
    {
        using var reader = MeasurementReader.Open(database);
        var imported = reader.Imports().Where(import => import.Kind == "losses").SelectMany(import => reader.ImportedLosses(import.Id)).ToList();
        var trained = reader.TrainingRuns().Where(run => run is { Synthetic: false, Result: { Outcome: "completed", Tokens: > 0, FinalLoss: > 0, Decayed: true } }).ToList();
        if (imported.Count + trained.Count == 0)
        {
            throw new UserErrorException(ErrorKind.WrongUsage, "the database holds no losses")
            {
                Where = database,
                Allowed = "imported tables of losses, or completed training runs on real data with a decayed learning rate",
                Next = "sparseprof import losses FILE.csv, or give --csv FILE",
            };
        }

        var kinds = imported.Select(row => row.ParametersKind).Distinct().ToList();
        var common = convention != ParameterConvention.Unstated ? convention
            : kinds.Contains("unknown") ? ParameterConvention.Unstated
            : kinds is ["total"] && trained.Count == 0 ? ParameterConvention.Total : ParameterConvention.Active;
        var rows = imported.Select(row => (Row: FromImport(row), Kind: KindOf(row)))
            .Concat(trained.Select(run => (Row: FromTraining(run), Kind: ParameterConvention.Active)))
            .Select(entry => new LossTable([entry.Row], entry.Kind).Counting(common).Rows[0]).ToList();
        return new LossTable(rows, common);
    }

    private static ParameterConvention KindOf(ImportedLossRow row) => row.ParametersKind switch
    {
        "active" => ParameterConvention.Active,
        "total" => ParameterConvention.Total,
        _ => ParameterConvention.Unstated,
    };

    private static LossRow FromImport(ImportedLossRow row) => new(row.Parameters, row.Tokens, row.Sparsity, row.Loss, (int)row.Line)
    {
        Labels = JsonSerializer.Deserialize<Dictionary<string, string>>(row.LabelsJson) ?? [],
    };

    private static LossRow FromTraining(TrainingRunRow run) =>
        new(Math.Min(run.ParametersActive, run.ParametersNonzero), run.Result!.Tokens, run.Sparsity, run.Result.FinalLoss!.Value)
        {
            Labels = new Dictionary<string, string> { ["workload"] = run.Workload, ["method"] = run.Method, ["data_set"] = run.DataSet },
        };
}
