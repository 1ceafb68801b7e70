namespace SparseProf.Torch;

/// <summary>Where a tensor lives.</summary>
public readonly record struct TorchDevice(TorchDeviceType Type, int Index)
{
    public static TorchDevice Cpu => new(TorchDeviceType.Cpu, -1);

    public static TorchDevice Cuda(int index = 0) => new(TorchDeviceType.Cuda, index);

    public override string ToString() => Type == TorchDeviceType.Cpu ? "cpu" : $"{Type}:{Index}".ToLowerInvariant();
}

/// <summary>Kinds of device by libtorch's own numbers (c10/core/DeviceType.h).</summary>
public enum TorchDeviceType
{
    Cpu = 0,
    Cuda = 1,
}
