namespace SparseProf.Torch;

public static partial class Aten
{
    private static readonly Operator s_view = new("aten::view");
    private static readonly Operator s_reshape = new("aten::reshape");
    private static readonly Operator s_transpose = new("aten::transpose", "int");
    private static readonly Operator s_permute = new("aten::permute");
    private static readonly Operator s_contiguous = new("aten::contiguous");
    private static readonly Operator s_flatten = new("aten::flatten", "using_ints");
    private static readonly Operator s_select = new("aten::select", "int");
    private static readonly Operator s_slice = new("aten::slice", "Tensor");
    private static readonly Operator s_narrow = new("aten::narrow");
    private static readonly Operator s_cat = new("aten::cat");
    private static readonly Operator s_stack = new("aten::stack");
    private static readonly Operator s_scatterValue = new("aten::scatter", "value");
    private static readonly Operator s_indexSelect = new("aten::index_select");
    private static readonly Operator s_indexAdd = new("aten::index_add");
    private static readonly Operator s_indexCopy = new("aten::index_copy");
    private static readonly Operator s_gather = new("aten::gather");
    private static readonly Operator s_unsqueeze = new("aten::unsqueeze");
    private static readonly Operator s_detach = new("aten::detach");
    private static readonly Operator s_clone = new("aten::clone");
    private static readonly Operator s_copyInPlace = new("aten::copy_");
    private static readonly Operator s_setData = new("aten::set_data");
    private static readonly Operator s_to = new("aten::to", "dtype");
    private static readonly Operator s_toDevice = new("aten::to", "device");
    private static readonly Operator s_unfold = new("aten::im2col");

    public static Tensor View(Tensor input, params ReadOnlySpan<long> sizes) => s_view.Call(input, sizes.ToArray());

    public static Tensor Reshape(Tensor input, params ReadOnlySpan<long> sizes) => s_reshape.Call(input, sizes.ToArray());

    public static Tensor Transpose(Tensor input, int first, int second) => s_transpose.Call(input, (long)first, (long)second);

    public static Tensor Permute(Tensor input, params ReadOnlySpan<long> dimensions) => s_permute.Call(input, dimensions.ToArray());

    /// <summary>The tensor itself where it is contiguous, else a copy.</summary>
    public static Tensor Contiguous(Tensor input) => s_contiguous.Call(input);

    public static Tensor Flatten(Tensor input, int first = 0, int last = -1) => s_flatten.Call(input, (long)first, (long)last);

    public static Tensor Select(Tensor input, int dimension, long index) => s_select.Call(input, (long)dimension, index);

    public static Tensor Slice(Tensor input, int dimension, long start, long end) => s_slice.Call(input, (long)dimension, start, end);

    public static Tensor Narrow(Tensor input, int dimension, long start, long length) => s_narrow.Call(input, (long)dimension, start, length);

    public static Tensor Cat(Tensor[] tensors, int dimension = 0) => s_cat.Call(tensors, (long)dimension);

    /// <summary>Tensors of one shape as the slices of a new first dimension.</summary>
    public static Tensor Stack(Tensor[] tensors) => s_stack.Call(tensors);

    /// <summary>input with a value at the indices along a dimension.</summary>
    public static Tensor Scatter(Tensor input, int dimension, Tensor indices, double value) =>
        s_scatterValue.Call(input, (long)dimension, indices, value);

    public static Tensor IndexSelect(Tensor input, int dimension, Tensor indices) => s_indexSelect.Call(input, (long)dimension, indices);

    /// <summary>input with source added at the indices.</summary>
    public static Tensor IndexAdd(Tensor input, int dimension, Tensor indices, Tensor source) =>
        s_indexAdd.Call(input, (long)dimension, indices, source);

    /// <summary>input with source in place of what was at the indices.</summary>
    public static Tensor IndexCopy(Tensor input, int dimension, Tensor indices, Tensor source) =>
        s_indexCopy.Call(input, (long)dimension, indices, source);

    public static Tensor Gather(Tensor input, int dimension, Tensor indices) => s_gather.Call(input, (long)dimension, indices);

    public static Tensor Unsqueeze(Tensor input, int dimension) => s_unsqueeze.Call(input, (long)dimension);

    /// <summary>The same memory, outside differentiation.</summary>
    public static Tensor Detach(Tensor input) => s_detach.Call(input);

    public static Tensor Clone(Tensor input) => s_clone.Call(input);

    public static void CopyInPlace(Tensor target, Tensor source) => s_copyInPlace.CallInPlace(target, source);

    /// <summary>Gives a tensor another one's memory, wherever that is.</summary>
    public static void SetData(Tensor target, Tensor source) => s_setData.CallInPlace(target, source);

    public static Tensor To(Tensor input, ScalarType type) => s_to.Call(input, type);

    public static Tensor To(Tensor input, TorchDevice device) => s_toDevice.Call(input, device, input.ScalarType);

    /// <summary>Image patches as columns: [batch, inputs · kernel², positions].</summary>
    public static Tensor Unfold(Tensor input, int kernel, int stride = 1, int padding = 0) =>
        s_unfold.Call(input, new long[] { kernel, kernel }, new long[] { 1, 1 }, new long[] { padding, padding }, new long[] { stride, stride });
}
