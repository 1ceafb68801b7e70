using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace SparseProf.Profiler.Kernels.Simd;

/// <summary>
/// AVX-512 F: 16 floats. A processor without it computes the same with shorter vectors, slowly, so that kernels of this
/// width can be checked anywhere.
/// </summary>
internal readonly unsafe struct Avx512Simd : ISimd<Vector512<float>>
{
    public static int Width => Vector512<float>.Count;

    public static Vector512<float> Zero => Vector512<float>.Zero;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Load(float* source) => Vector512.Load(source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(float* target, Vector512<float> value) => value.Store(target);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> LoadQuad(float* source) => Avx512F.IsSupported
        ? Avx512F.BroadcastVector128ToVector512(source)
        : Repeat(Vector128.Load(source));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Broadcast(float* source) => Vector512.Create(*source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Pick0(Vector512<float> quad) => Avx512F.IsSupported ? Avx512F.Permute4x32(quad, 0b00_00_00_00) : Vector512.Create(quad[0]);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Pick1(Vector512<float> quad) => Avx512F.IsSupported ? Avx512F.Permute4x32(quad, 0b01_01_01_01) : Vector512.Create(quad[1]);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Pick2(Vector512<float> quad) => Avx512F.IsSupported ? Avx512F.Permute4x32(quad, 0b10_10_10_10) : Vector512.Create(quad[2]);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Pick3(Vector512<float> quad) => Avx512F.IsSupported ? Avx512F.Permute4x32(quad, 0b11_11_11_11) : Vector512.Create(quad[3]);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Add(Vector512<float> left, Vector512<float> right) => left + right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> MultiplyAdd(Vector512<float> left, Vector512<float> right, Vector512<float> addend) =>
        Vector512.FusedMultiplyAdd(left, right, addend);

    private static Vector512<float> Repeat(Vector128<float> quad)
    {
        var half = Vector256.Create(quad, quad);
        return Vector512.Create(half, half);
    }
}
