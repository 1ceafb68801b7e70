using SparseProf.Torch;

namespace SparseProf.Workloads.Training.Optimizers;

/// <summary>What an optimizer changes.</summary>
/// <param name="Decays">Whether weight decay pulls on it: matrices and kernels, not biases and normalizations.</param>
/// <param name="RateFactor">Its learning rate over the common one.</param>
public sealed record TrainedParameter(string Name, Tensor Tensor, bool Decays, double RateFactor);
