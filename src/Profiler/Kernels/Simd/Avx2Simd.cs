using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace SparseProf.Profiler.Kernels.Simd;

/// <summary>AVX2 and FMA: 8 floats.</summary>
internal readonly unsafe struct Avx2Simd : ISimd<Vector256<float>>
{
    public static int Width => Vector256<float>.Count;

    public static Vector256<float> Zero => Vector256<float>.Zero;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Load(float* source) => Avx.LoadVector256(source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(float* target, Vector256<float> value) => Avx.Store(target, value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> LoadQuad(float* source) => Avx.BroadcastVector128ToVector256(source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Broadcast(float* source) => Avx.BroadcastScalarToVector256(source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Pick0(Vector256<float> quad) => Avx.Permute(quad, 0b00_00_00_00);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Pick1(Vector256<float> quad) => Avx.Permute(quad, 0b01_01_01_01);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Pick2(Vector256<float> quad) => Avx.Permute(quad, 0b10_10_10_10);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Pick3(Vector256<float> quad) => Avx.Permute(quad, 0b11_11_11_11);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Add(Vector256<float> left, Vector256<float> right) => Avx.Add(left, right);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> MultiplyAdd(Vector256<float> left, Vector256<float> right, Vector256<float> addend) =>
        Fma.MultiplyAdd(left, right, addend);
}
