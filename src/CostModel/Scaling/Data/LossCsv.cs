using SparseProf.Ops.Errors;
using SparseProf.Store.Csv;

namespace SparseProf.CostModel.Scaling.Data;

/// <summary>
/// Reads <c>parameters,tokens,sparsity,loss</c> and any further columns as labels. Without a sparsity column S is 0;
/// without tokens D is unknown. A header that looks like one of the four but is not is an error, never passed over.
/// </summary>
public static class LossCsv
{
    private static readonly Dictionary<string, string[]> s_alsoCalled = new()
    {
        ["parameters"] = ["n", "params", "param", "n_params", "model_size", "n_active", "n_total", "n_nonzero"],
        ["tokens"] = ["d", "n_tokens", "train_tokens", "data"],
        ["sparsity"] = ["s", "density", "s_param"],
        ["loss"] = ["l", "val_loss", "val-loss", "validation_loss"],
    };

    /// <exception cref="UserErrorException">A column is missing or misspelt, or a value is outside its range.</exception>
    public static LossTable Read(string path, ParameterConvention convention = ParameterConvention.Unstated)
    {
        using var csv = CsvFile.Open(path);
        var parameters = Column(csv, "parameters", required: true);
        var loss = Column(csv, "loss", required: true);
        var tokens = Column(csv, "tokens", required: false);
        var sparsity = Column(csv, "sparsity", required: false);
        var labels = Enumerable.Range(0, csv.Header.Count).Where(column => column != parameters && column != loss && column != tokens && column != sparsity).ToList();
        var rows = new List<LossRow>();
        while (csv.Read())
        {
            var row = new LossRow(
                Positive(csv, parameters, "N"),
                tokens < 0 || csv.Text(tokens).Length == 0 ? null : Positive(csv, tokens, "D"),
                sparsity < 0 ? 0 : Share(csv, sparsity),
                Positive(csv, loss, "a loss"),
                csv.Line)
            {
                Labels = labels.ToDictionary(column => csv.Header[column], csv.Text),
            };
            if (rows.Count > 0 && (row.Tokens is null) != (rows[0].Tokens is null))
                throw csv.Problem(tokens, "some rows have tokens and some do not", "tokens in every row or in none");
            rows.Add(row);
        }

        return rows.Count > 0
            ? new LossTable(rows, convention)
            : throw new UserErrorException(ErrorKind.WrongUsage, "the CSV has a header and no rows") { Where = path, Allowed = "one row a training run" };
    }

    private static int Column(CsvFile csv, string name, bool required)
    {
        var place = csv.Find(name);
        if (place >= 0)
            return place;
        var meant = csv.Header.FirstOrDefault(header => s_alsoCalled[name].Contains(header.ToLowerInvariant()))
            ?? csv.Header.FirstOrDefault(header => !s_alsoCalled.ContainsKey(header.ToLowerInvariant()) && Suggestion.Nearest(header, [name]) is not null);
        if (meant is null && !required)
            return -1;
        throw new UserErrorException(ErrorKind.WrongUsage, $"the CSV has no column '{name}'")
        {
            Where = $"{csv.Path}:1",
            Allowed = $"a header with parameters, loss, and where they vary tokens and sparsity; found: {string.Join(", ", csv.Header)}",
            Next = meant is null ? null : $"if '{meant}' was meant, rename it to '{name}'",
        };
    }

    private static double Positive(CsvFile csv, int column, string what) =>
        csv.Number(column) is var value && value > 0 ? value : throw csv.Problem(column, $"{value} cannot be {what}", "a positive number");

    private static double Share(CsvFile csv, int column) =>
        csv.Number(column) is var value && value is >= 0 and < 1
            ? value
            : throw csv.Problem(column, $"the sparsity {value} is out of range", "0 (dense) up to, but not including, 1", value is > 1 and <= 100 ? $"if percent was meant, write {value / 100}" : null);
}
