namespace SparseProf.CostModel.Latency;

/// <summary>
/// Up to 64 calls of one family with what every layer of a prediction asks of them. Layers work on blocks, eight or sixteen
/// calls at a time; a single call is a block of one and takes the same steps, so its prediction is the same to the bit.
/// </summary>
internal sealed class CallBlock
{
    public const int Size = 64;

    [ThreadStatic]
    private static CallBlock? _ofThread;

    private readonly KernelCall[] _calls = new KernelCall[Size];
    private readonly Work[] _work = new Work[Size];

    private CallBlock()
    {
    }

    public int Count { get; private set; }

    public ReadOnlySpan<KernelCall> Calls => _calls.AsSpan(0, Count);

    public ReadOnlySpan<Work> Work => _work.AsSpan(0, Count);

    /// <summary>The same work, column after column.</summary>
    public WorkColumns Columns { get; } = new(Size);

    /// <summary>The thread's own block, filled anew; good until the thread asks again.</summary>
    public static CallBlock Of(ReadOnlySpan<KernelCall> calls)
    {
        var block = _ofThread ??= new();
        block.Count = calls.Length;
        block.Columns.Clear();
        for (var i = 0; i < calls.Length; i++)
            block.Add(i, calls[i], Latency.Work.Of(calls[i]));
        block.Columns.Pad();
        return block;
    }

    /// <summary>A block of one call whose work is known.</summary>
    public static CallBlock Of(KernelCall call, in Work work)
    {
        var block = _ofThread ??= new();
        block.Count = 1;
        block.Columns.Clear();
        block.Add(0, call, work);
        block.Columns.Pad();
        return block;
    }

    private void Add(int i, KernelCall call, in Work work)
    {
        _calls[i] = call;
        _work[i] = work;
        Columns.Add(work);
    }
}
