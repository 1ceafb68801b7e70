using SparseProf.Torch;

namespace SparseProf.Workloads.Modules;

/// <summary>Layer normalization over the last dimension.</summary>
public sealed class LayerNormLayer : Module
{
    // BERT's.
    private const double Epsilon = 1e-12;

    private readonly Tensor _weight;
    private readonly Tensor _bias;

    public LayerNormLayer(long width)
    {
        _weight = AddParameter("weight", Aten.Ones([width]));
        _bias = AddParameter("bias", Aten.Zeros([width]));
    }

    public Tensor Forward(Tensor input) => Aten.LayerNorm(input, _weight, _bias, Epsilon);
}

/// <summary>Batch normalization of NCHW images, with running statistics.</summary>
public sealed class BatchNormLayer : Module
{
    private readonly Tensor _weight;
    private readonly Tensor _bias;
    private readonly Tensor _runningMean;
    private readonly Tensor _runningVariance;

    public BatchNormLayer(long channels)
    {
        _weight = AddParameter("weight", Aten.Ones([channels]));
        _bias = AddParameter("bias", Aten.Zeros([channels]));
        _runningMean = AddBuffer("running_mean", Aten.Zeros([channels]));
        _runningVariance = AddBuffer("running_var", Aten.Ones([channels]));
    }

    public Tensor Forward(Tensor input) => Aten.BatchNorm(input, _weight, _bias, _runningMean, _runningVariance, Training);
}
