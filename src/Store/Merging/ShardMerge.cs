using Microsoft.Data.Sqlite;
using SparseProf.Ops.Errors;
using SparseProf.Store.Sqlite;

namespace SparseProf.Store.Merging;

/// <summary>
/// Merges databases of one schema. Rows are known by their keys, so merging the same file again changes nothing, and they
/// are laid down in the order of their runs' start, so any order of the files gives the same content. The output is
/// replaced at the end in one transaction; a merge that is killed leaves it as it was.
/// </summary>
public static class ShardMerge
{
    /// <param name="output">Made where there is none; else what it holds is merged with the shards.</param>
    /// <param name="progress">Receives the number of runs laid down and of all runs.</param>
    /// <exception cref="UserErrorException">A file is missing, damaged, not a database of this schema, or cannot be written.</exception>
    /// <exception cref="OperationCanceledException">Stopped; the output is as it was.</exception>
    public static MergeResult Into(string output, IReadOnlyList<string> shards, Action<int, int>? progress = null, CancellationToken cancel = default)
    {
        var sources = Sources(output, shards);
        var files = sources.ConvertAll(path => ShardFile.Read(path, isOutput: path == Path.GetFullPath(output)));
        var unfinished = Path.GetFullPath(output) + ".merging";
        var united = unfinished + ".2";
        try
        {
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
            // On another processor than the one that lays rows down; its word on a damaged shard names the shard.
            var check = Task.Run(() => files.ForEach(file => StoreCheck.Check(file.Path, stop.Token)), stop.Token);
            var result = Checked(check, stop, () => Lay(files, unfinished, progress, stop.Token));
            if (result.Known > 0)
            {
                // Versions of one run were laid down one after the other: laid down again they stand in the order of time.
                File.Move(unfinished, united, overwrite: true);
                result = Lay([ShardFile.Read(united, isOutput: true)], unfinished, progress, cancel) with { Known = result.Known };
            }

            Replace(unfinished, output);
            return result with { Shards = files.Count(file => !file.IsOutput) };
        }
        catch (SqliteException error)
        {
            throw StoreErrors.Translate(error, output);
        }
        finally
        {
            Remove(unfinished);
            Remove(united);
        }
    }

    private static MergeResult Checked(Task check, CancellationTokenSource stop, Func<MergeResult> lay)
    {
        try
        {
            return lay();
        }
        catch (Exception failed) when (failed is SqliteException or UserErrorException)
        {
            check.GetAwaiter().GetResult();
            throw;
        }
        catch
        {
            stop.Cancel();
            ((IAsyncResult)check).AsyncWaitHandle.WaitOne();
            throw;
        }
        finally
        {
            if (!stop.IsCancellationRequested)
                check.GetAwaiter().GetResult();
        }
    }

    private static List<string> Sources(string output, IReadOnlyList<string> shards)
    {
        if (shards.Count == 0)
            throw new UserErrorException(ErrorKind.WrongUsage, "there is nothing to merge") { Allowed = "the output and one shard or more" };
        var sources = shards.Select(Path.GetFullPath).ToList();
        if (File.Exists(output))
            sources.Add(Path.GetFullPath(output));
        return [.. sources.Distinct().Order(StringComparer.Ordinal)];
    }

    private static MergeResult Lay(List<ShardFile> files, string unfinished, Action<int, int>? progress, CancellationToken cancel)
    {
        Remove(unfinished);
        StoreConnection.OpenForWriting(unfinished).Dispose();
        using var target = new MergeTarget(unfinished);
        var runs = files.SelectMany(file => file.Runs, (file, run) => (File: file, Run: run))
            .GroupBy(entry => entry.Run.Key)
            .OrderBy(same => same.Min(entry => entry.Run.StartedUtc), StringComparer.Ordinal).ThenBy(same => same.Key, StringComparer.Ordinal)
            .ToList();
        foreach (var (done, versions) in runs.Index())
        {
            progress?.Invoke(done, runs.Count);
            // Of two versions of a run the fuller one is laid down first; the other adds what only it has.
            foreach (var (file, run) in versions.OrderByDescending(entry => entry.Run.Fullness).ThenBy(entry => entry.File.Path, StringComparer.Ordinal))
            {
                cancel.ThrowIfCancellationRequested();
                target.AddRun(file, run);
            }
        }

        var imports = files.SelectMany(file => file.Imports, (file, import) => (File: file, Import: import))
            .DistinctBy(entry => (entry.Import.Kind, entry.Import.Sha256, entry.Import.Device))
            .OrderBy(entry => (entry.Import.ImportedUtc, entry.Import.Kind, entry.Import.Sha256, entry.Import.Device));
        foreach (var (file, import) in imports)
            target.AddImport(file, import);
        return target.Finish();
    }

    // Through SQLite where the output exists: its other readers and writers then see one transaction.
    private static void Replace(string unfinished, string output)
    {
        if (!File.Exists(output))
        {
            File.Move(unfinished, output);
            return;
        }

        using var merged = new SqliteConnection($"Data Source={unfinished};Pooling=False");
        using var target = StoreConnection.OpenForWriting(output);
        merged.Open();
        merged.BackupDatabase(target);
    }

    private static void Remove(string unfinished)
    {
        foreach (var suffix in new[] { "", "-wal", "-shm", "-journal" })
            File.Delete(unfinished + suffix);
    }
}
