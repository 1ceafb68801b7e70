namespace SparseProf.Torch;

public static partial class Aten
{
    private static readonly Operator s_softmax = new("aten::softmax", "int");
    private static readonly Operator s_logSoftmax = new("aten::log_softmax", "int");
    private static readonly Operator s_layerNorm = new("aten::layer_norm");
    private static readonly Operator s_batchNorm = new("aten::batch_norm");
    private static readonly Operator s_embedding = new("aten::embedding");
    private static readonly Operator s_crossEntropy = new("aten::cross_entropy_loss");
    private static readonly Operator s_maxPool2d = new("aten::max_pool2d");
    private static readonly Operator s_adaptiveAvgPool2d = new("aten::adaptive_avg_pool2d");

    public static Tensor Softmax(Tensor input, int dimension) => s_softmax.Call(input, (long)dimension);

    public static Tensor LogSoftmax(Tensor input, int dimension) => s_logSoftmax.Call(input, (long)dimension);

    /// <summary>Over the last dimension.</summary>
    public static Tensor LayerNorm(Tensor input, Tensor? weight, Tensor? bias, double epsilon = 1e-5) =>
        s_layerNorm.Call(input, new[] { input.Size(-1) }, weight, bias, epsilon);

    /// <summary>While training the running statistics are updated in place.</summary>
    public static Tensor BatchNorm(
        Tensor input, Tensor? weight, Tensor? bias, Tensor? runningMean, Tensor? runningVariance, bool training, double momentum = 0.1, double epsilon = 1e-5) =>
        s_batchNorm.Call(input, weight, bias, runningMean, runningVariance, training, momentum, epsilon, true);

    /// <summary>Rows of <paramref name="table"/> for each of the int64 <paramref name="indices"/>.</summary>
    public static Tensor Embedding(Tensor table, Tensor indices) => s_embedding.Call(table, indices);

    /// <summary>Mean over the batch of logits [batch, classes] against int64 classes.</summary>
    public static Tensor CrossEntropy(Tensor logits, Tensor classes, double labelSmoothing = 0) =>
        s_crossEntropy.Call(logits, classes, Argument.Default, Argument.Default, Argument.Default, labelSmoothing);

    public static Tensor MaxPool2d(Tensor input, int kernel, int stride) =>
        s_maxPool2d.Call(input, new long[] { kernel, kernel }, new long[] { stride, stride });

    /// <summary>Means of a grid of <paramref name="size"/>×<paramref name="size"/> parts of each image.</summary>
    public static Tensor AdaptiveAvgPool2d(Tensor input, int size) => s_adaptiveAvgPool2d.Call(input, new long[] { size, size });
}
