namespace SparseProf.Store.Rows;

/// <summary>A file that was imported; the same content for the same device is stored once.</summary>
public sealed record ImportRow
{
    public long Id { get; init; }

    /// <summary>kernels or losses.</summary>
    public required string Kind { get; init; }

    public required string File { get; init; }

    /// <summary>Of the file's bytes, lower-case hexadecimal.</summary>
    public required string Sha256 { get; init; }

    public required DateTimeOffset ImportedUtc { get; init; }

    /// <summary>Profile or device that the rows were measured on; empty where it does not apply.</summary>
    public string Device { get; init; } = "";

    public long Rows { get; init; }
}

/// <summary>One row of an imported kernel table; columns as in the file, null where empty.</summary>
public sealed record ImportedKernelRow
{
    public long ImportId { get; init; }

    /// <summary>In the file, from 1.</summary>
    public required long Line { get; init; }

    public required string Op { get; init; }

    public required string Dtype { get; init; }

    public required string Pattern { get; init; }

    public long? M { get; init; }

    public long? N { get; init; }

    public long? K { get; init; }

    public long? Experts { get; init; }

    public long? TopK { get; init; }

    public string? Distribution { get; init; }

    public long? Batch { get; init; }

    public long? SeqQ { get; init; }

    public long? SeqKv { get; init; }

    public long? Heads { get; init; }

    public long? KvHeads { get; init; }

    public long? HeadDim { get; init; }

    public long? Causal { get; init; }

    public long? Rows { get; init; }

    public long? Columns { get; init; }

    public required double LatencyS { get; init; }

    public double? PowerW { get; init; }

    /// <summary>Columns beyond the contract, by name.</summary>
    public string ExtraJson { get; init; } = "{}";
}

/// <summary>One loss of an imported table.</summary>
public sealed record ImportedLossRow
{
    public long ImportId { get; init; }

    /// <summary>In the file, from 1.</summary>
    public required long Line { get; init; }

    public required double Parameters { get; init; }

    /// <summary>active, total or unknown.</summary>
    public required string ParametersKind { get; init; }

    public double? Tokens { get; init; }

    public required double Sparsity { get; init; }

    public required double Loss { get; init; }

    /// <summary>Columns beyond the contract, by name.</summary>
    public string LabelsJson { get; init; } = "{}";
}
