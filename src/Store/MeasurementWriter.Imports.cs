using SparseProf.Store.Rows;

namespace SparseProf.Store;

/// <content>Tables that were measured elsewhere.</content>
public sealed partial class MeasurementWriter
{
    /// <summary>Stores a kernel table whole or not at all. False where the same content was imported for the same device before.</summary>
    public bool ImportKernels(ImportRow import, IReadOnlyList<ImportedKernelRow> rows) => Import(import, "imported_kernel", rows);

    /// <summary>Stores a table of losses whole or not at all. False where the same content was imported before.</summary>
    public bool ImportLosses(ImportRow import, IReadOnlyList<ImportedLossRow> rows) => Import(import, "imported_loss", rows);

    private bool Import<T>(ImportRow import, string table, IReadOnlyList<T> rows) => Guarded(() =>
    {
        var isNew = false;
        InTransaction(() =>
        {
            if (WasImported(import))
                return;
            var id = Insert("import", import with { Rows = rows.Count });
            foreach (var row in rows)
                Insert(table, row, "import_id", id);
            isNew = true;
        });
        return isNew;
    });

    private bool WasImported(ImportRow import)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = "SELECT count(*) FROM import WHERE kind = $kind AND sha256 = $sha256 AND device = $device";
        command.Parameters.AddWithValue("$kind", import.Kind);
        command.Parameters.AddWithValue("$sha256", import.Sha256);
        command.Parameters.AddWithValue("$device", import.Device);
        return (long)command.ExecuteScalar()! > 0;
    }
}
