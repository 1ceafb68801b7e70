using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace SparseProf.Profiler.Kernels.Simd;

/// <summary>AVX-512 F: 16 floats.</summary>
internal readonly unsafe struct Avx512Simd : ISimd<Vector512<float>>
{
    public static SimdLevel Level => SimdLevel.Avx512;

    public static int Width => Vector512<float>.Count;

    public static Vector512<float> Zero => Vector512<float>.Zero;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Load(float* source) => Avx512F.LoadVector512(source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(float* target, Vector512<float> value) => Avx512F.Store(target, value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> LoadQuad(float* source) => Avx512F.BroadcastVector128ToVector512(source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Broadcast(float* source) => Vector512.Create(*source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Pick0(Vector512<float> quad) => Avx512F.Permute4x32(quad, 0b00_00_00_00);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Pick1(Vector512<float> quad) => Avx512F.Permute4x32(quad, 0b01_01_01_01);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Pick2(Vector512<float> quad) => Avx512F.Permute4x32(quad, 0b10_10_10_10);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Pick3(Vector512<float> quad) => Avx512F.Permute4x32(quad, 0b11_11_11_11);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Add(Vector512<float> left, Vector512<float> right) => Avx512F.Add(left, right);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> MultiplyAdd(Vector512<float> left, Vector512<float> right, Vector512<float> addend) =>
        Avx512F.FusedMultiplyAdd(left, right, addend);
}
