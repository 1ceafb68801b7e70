using SparseProf.Torch;

namespace SparseProf.Workloads.Modules;

/// <summary>Moves tensors between a processor and a GPU where they are not there already.</summary>
internal static class TensorDevices
{
    /// <summary>On the CPU and contiguous: the tensor itself where it is.</summary>
    public static Tensor OnCpu(this Tensor tensor) =>
        tensor.Device == TorchDevice.Cpu ? Aten.Contiguous(tensor) : Aten.To(tensor, TorchDevice.Cpu);

    public static Tensor OnDevice(this Tensor tensor, TorchDevice device) => tensor.Device == device ? tensor : Aten.To(tensor, device);

    /// <summary>The only element, wherever it lives.</summary>
    public static float Scalar(this Tensor tensor) => tensor.OnCpu().Item<float>();
}
