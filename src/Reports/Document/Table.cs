using SparseProf.Ops.Statistics;

namespace SparseProf.Reports.Document;

/// <summary>A column: the name in CSV and JSON says the unit (<c>time_s</c>), the header is for people.</summary>
public sealed record Column(string Name, string Header, Quantity Quantity = Quantity.Number, bool IsText = false)
{
    public static Column Text(string name, string header) => new(name, header, IsText: true);
}

/// <summary>One value of a table; empty, a text, a number, or an estimate.</summary>
public readonly record struct Cell(string? Text, double? Number, Estimate? Estimate)
{
    public static Cell Empty { get; }

    public bool IsEmpty => Text is null && Number is null && Estimate is null;

    public static implicit operator Cell(string? text) => new(text, null, null);

    public static implicit operator Cell(double number) => new(null, number, null);

    public static implicit operator Cell(double? number) => new(null, number, null);

    public static implicit operator Cell(Estimate estimate) => new(null, null, estimate);

    public static implicit operator Cell(Estimate? estimate) => new(null, null, estimate);

    /// <summary>The cell as it is printed; empty where there is nothing to say.</summary>
    public string Print(Quantity quantity) => Text
        ?? (Estimate is { } estimate ? QuantityText.Of(estimate, quantity) : Number is { } number ? QuantityText.Of(number, quantity) : "");
}

/// <summary>Rows under named columns.</summary>
/// <param name="Id">The name of its CSV file and of its anchor.</param>
public sealed record Table(string Id, string Caption, IReadOnlyList<Column> Columns, IReadOnlyList<IReadOnlyList<Cell>> Rows)
{
    /// <summary>A long table in small type, only among the full tables.</summary>
    public bool Dense { get; init; }
}
