namespace SparseProf.Cli.Sweep.Plan;

/// <summary>A kind of device that a plan measures on, and how an engine gets hold of one.</summary>
internal sealed record PlannedDevice(string Name)
{
    /// <summary>A GPU; else a processor.</summary>
    public bool IsGpu { get; init; }

    /// <summary>Id or path of the hardware profile by which times are predicted; null where nothing is known.</summary>
    public string? Profile { get; init; }

    /// <summary>What 'fit latency' wrote for that profile.</summary>
    public string? Calibration { get; init; }

    /// <summary>Threads of a processor; null for all that the task was given.</summary>
    public int? Threads { get; init; }

    /// <summary>Tasks at a time on this machine; for a processor. More than one disturbs times.</summary>
    public int Workers { get; init; } = 1;

    /// <summary>GPUs of this machine, one task at a time each.</summary>
    public IReadOnlyList<int> Gpus { get; init; } = [0];

    public SlurmResources Slurm { get; init; } = new();
}

/// <summary>What <c>sbatch</c> is asked for, each as its option of the same name; null for the cluster's own default.</summary>
internal sealed record SlurmResources
{
    public string? Partition { get; init; }

    public string? Constraint { get; init; }

    public string? Gres { get; init; }

    public string? Account { get; init; }

    public string? Qos { get; init; }

    public string? Memory { get; init; }

    public string? Nodelist { get; init; }

    public string? Exclude { get; init; }

    public int? Cpus { get; init; }

    public bool Exclusive { get; init; }

    /// <summary>Tasks at a time; null for as many as the cluster lets run.</summary>
    public int? AtATime { get; init; }
}
