using SparseProf.Ops.Units;

namespace SparseProf.Ops;

/// <summary>Layer, root-mean-square or batch normalization of rows×columns elements, with <paramref name="ParametersPerColumn"/> learned values a column.</summary>
public sealed record Normalization(string Method, long Rows, long Columns, DType DType, int ParametersPerColumn = 2) : Op(DType)
{
    public override string Kind => Method;

    public override string Text => $"{Method} rows={Rows} columns={Columns} {DType.Name()}";

    public override Bytes CompulsoryTraffic => (2.0 * Rows * Columns + TotalParameters.Value) * DType.Size();

    public override Parameters TotalParameters => new((double)ParametersPerColumn * Columns);
}

/// <summary>Softmax over the columns of each row.</summary>
public sealed record Softmax(long Rows, long Columns, DType DType) : Op(DType)
{
    public override string Kind => "softmax";

    public override string Text => $"softmax rows={Rows} columns={Columns} {DType.Name()}";

    public override Bytes CompulsoryTraffic => 2.0 * Rows * Columns * DType.Size();
}

/// <summary>One result an element from <paramref name="Operands"/> arrays: gelu, relu, add, tanh…</summary>
public sealed record Elementwise(string Function, long Rows, long Columns, DType DType, int Operands = 1) : Op(DType)
{
    public override string Kind => "elementwise";

    public override string Text => $"elementwise {Function} rows={Rows} columns={Columns} operands={Operands} {DType.Name()}";

    public override Bytes CompulsoryTraffic => (Operands + 1.0) * Rows * Columns * DType.Size();
}

/// <summary>Rows of a table of <paramref name="Entries"/>×<paramref name="Width"/> gathered for each token.</summary>
public sealed record Embedding(long Entries, long Width, long Tokens, DType DType) : Op(DType)
{
    public override string Kind => "embedding";

    public override string Text => $"embedding entries={Entries} width={Width} tokens={Tokens} {DType.Name()}";

    public override Bytes CompulsoryTraffic => 2.0 * Tokens * Width * DType.Size();

    public override Parameters TotalParameters => new((double)Entries * Width);
}

/// <summary>The mean or maximum over windows or the whole of <paramref name="Height"/>×<paramref name="Width"/> images.</summary>
public sealed record Pooling(string Method, long Batch, long Channels, long Height, long Width, long Outputs, DType DType) : Op(DType)
{
    public override string Kind => "pooling";

    public override string Text => $"pooling {Method} batch={Batch} channels={Channels} h={Height} w={Width} outputs={Outputs} {DType.Name()}";

    public override Bytes CompulsoryTraffic => (double)Batch * Channels * (Height * Width + Outputs) * DType.Size();
}
