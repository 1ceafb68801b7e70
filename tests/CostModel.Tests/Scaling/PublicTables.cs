using SparseProf.CostModel.Scaling.Data;
using SparseProf.Store.Csv;
using SparseProf.Testing;

namespace SparseProf.CostModel.Tests.Scaling;

/// <summary>The public loss tables that lie beside a checkout; tests that need them skip without.</summary>
internal static class PublicTables
{
    public static LossTable Chinchilla { get => Read("chinchilla_epoch/chinchilla_nds.csv", "N", "D", "S", "used", "1"); }

    public static LossTable T5(ParameterConvention convention = ParameterConvention.Active) => Read(
        "frantar_sparse/t5_nds.csv", convention == ParameterConvention.Total ? "N_total" : "N_nonzero", "D_steps", "S", "split", "fit") with
    { Convention = convention };

    public static LossTable Clark(string router) => Read("clark_routing/routing_final.csv", "N_active", "D", "S_param", "main", "1", row => row["router"] == router || row["router"] == "Dense")
        with
    { Convention = ParameterConvention.Active };

    public static string Path(string file) => SharedData.PathOrSkip("scaling/" + file);

    public static LossTable Read(string file, string n, string d, string? s, string column, string value, Func<Dictionary<string, string>, bool>? keep = null, string loss = "loss")
    {
        using var csv = CsvFile.Open(Path(file));
        var rows = new List<LossRow>();
        while (csv.Read())
        {
            var row = csv.Header.Select((name, i) => (name, i)).ToDictionary(entry => entry.name, entry => csv.Text(entry.i));
            if (row[column] != value || keep?.Invoke(row) == false)
                continue;
            rows.Add(new LossRow(double.Parse(row[n]), double.Parse(row[d]), s is null ? 0 : double.Parse(row[s]), double.Parse(row[loss]))
            {
                Labels = row.TryGetValue("E", out var experts) ? new Dictionary<string, string> { ["experts"] = experts } : [],
            });
        }

        return new LossTable(rows);
    }
}
