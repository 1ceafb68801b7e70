namespace SparseProf.Torch.Tests;

public class TorchExceptionTests
{
    [Theory]
    [InlineData("aten::relu: [enforce fail at alloc_cpu.cpp:75] err == 0. DefaultCPUAllocator: can't allocate memory: you tried to allocate 786432000 bytes.", true)]
    [InlineData("aten::matmul: CUDA out of memory. Tried to allocate 20.00 MiB (GPU 0; 2.00 GiB total capacity)", true)]
    [InlineData("aten::addcdiv_: value cannot be converted to type float without overflow", false)]
    public void A_lack_of_memory_is_told_from_other_refusals(string message, bool isOutOfMemory) =>
        Assert.Equal(isOutOfMemory, new TorchException(message).IsOutOfMemory);
}
