using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace SparseProf.Profiler.Kernels.Simd;

/// <summary>What every processor has (SSE, NEON, or plain code): 4 floats.</summary>
internal readonly unsafe struct PortableSimd : ISimd<Vector128<float>>
{
    public static int Width => Vector128<float>.Count;

    public static Vector128<float> Zero => Vector128<float>.Zero;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Load(float* source) => Vector128.Load(source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(float* target, Vector128<float> value) => value.Store(target);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> LoadQuad(float* source) => Vector128.Load(source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Broadcast(float* source) => Vector128.Create(*source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Pick0(Vector128<float> quad) => Vector128.Shuffle(quad, Vector128.Create(0, 0, 0, 0));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Pick1(Vector128<float> quad) => Vector128.Shuffle(quad, Vector128.Create(1, 1, 1, 1));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Pick2(Vector128<float> quad) => Vector128.Shuffle(quad, Vector128.Create(2, 2, 2, 2));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Pick3(Vector128<float> quad) => Vector128.Shuffle(quad, Vector128.Create(3, 3, 3, 3));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Add(Vector128<float> left, Vector128<float> right) => left + right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> MultiplyAdd(Vector128<float> left, Vector128<float> right, Vector128<float> addend) =>
        Vector128.MultiplyAddEstimate(left, right, addend);
}
