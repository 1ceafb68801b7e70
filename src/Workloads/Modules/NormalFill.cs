using System.Numerics.Tensors;
using SparseProf.Ops.Statistics;
using SparseProf.Torch;
using Tensor = SparseProf.Torch.Tensor;

namespace SparseProf.Workloads.Modules;

/// <summary>
/// Fills large tensors with normal numbers on all cores (Box and Muller 1958, on vectors); libtorch's generator is
/// serial and takes seconds for half a billion weights. The numbers follow libtorch's seed, whatever the cores.
/// </summary>
public static class NormalFill
{
    private const int Chunk = 1 << 16;

    // 24 random bits, the resolution of a float in [½, 1).
    private const float Step = 1f / (1 << 24);

    /// <param name="target">float32, contiguous.</param>
    public static void Fill(Tensor target, double deviation)
    {
        if (target.Device != TorchDevice.Cpu || target.Elements <= Chunk)
        {
            Aten.NormalInPlace(target, 0, deviation);
            return;
        }

        using var drawn = Aten.Randint(long.MaxValue, [1]);
        var seed = drawn.Data<long>()[0];
        var chunks = (int)((target.Elements + Chunk - 1) / Chunk);
        Parallel.For(0, chunks, chunk =>
        {
            var values = target.Data<float>()[(chunk * Chunk)..];
            FillChunk(values[..Math.Min(Chunk, values.Length)], (float)deviation, new SplitMix64(seed, chunk));
        });
    }

    // z = √(−2 ln u₁)·cos 2πu₂ and its sine: the first half of the chunk takes the cosines, the second the sines.
    private static void FillChunk(Span<float> values, float deviation, SplitMix64 random)
    {
        var half = (values.Length + 1) / 2;
        var (radius, cosine, sine) = (new float[half], new float[half], new float[half]);
        for (var i = 0; i < half; i++)
        {
            var bits = random.Next();
            radius[i] = ((bits >> 40) + 1) * Step;
            sine[i] = ((uint)bits >> 8) * (2 * Step);
        }

        TensorPrimitives.Log(radius, radius);
        TensorPrimitives.Multiply(radius, -2 * deviation * deviation, radius);
        TensorPrimitives.Sqrt(radius, radius);
        TensorPrimitives.SinCosPi(sine, sine, cosine);
        TensorPrimitives.Multiply(radius, cosine, values[..half]);
        TensorPrimitives.Multiply<float>(radius.AsSpan(0, values.Length - half), sine.AsSpan(0, values.Length - half), values[half..]);
    }
}
