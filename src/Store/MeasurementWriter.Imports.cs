using SparseProf.Store.Rows;

namespace SparseProf.Store;

/// <content>Tables that were measured elsewhere.</content>
public sealed partial class MeasurementWriter
{
    /// <summary>Stores a kernel table whole or not at all. False where the same content was imported for the same device before.</summary>
    public bool ImportKernels(ImportRow import, IReadOnlyList<ImportedKernelRow> rows) => Import(import, "imported_kernel", rows);

    /// <summary>Stores a table of losses whole or not at all. False where the same content was imported before.</summary>
    public bool ImportLosses(ImportRow import, IReadOnlyList<ImportedLossRow> rows) => Import(import, "imported_loss", rows);

    private bool Import<T>(ImportRow import, string table, IReadOnlyList<T> rows) => _rows.Guarded(() =>
    {
        var isNew = false;
        _rows.InTransaction(() =>
        {
            if (_rows.Has("import", ("kind", import.Kind), ("sha256", import.Sha256), ("device", import.Device)))
                return;
            var id = _rows.Insert("import", import with { Rows = rows.Count });
            foreach (var row in rows)
                _rows.Insert(table, row, "import_id", id);
            isNew = true;
        });
        return isNew;
    });
}
