namespace SparseProf.Profiler.Kernels.Simd;

/// <summary>
/// The few fp32 vector operations that the kernels are made of. Kernels are generic over an implementation, so each
/// instruction set gets its own compiled code with every call inlined.
/// </summary>
internal unsafe interface ISimd<TVector>
    where TVector : struct
{
    /// <summary>Floats in a vector; a multiple of four.</summary>
    static abstract int Width { get; }

    static abstract TVector Zero { get; }

    static abstract TVector Load(float* source);

    static abstract void Store(float* target, TVector value);

    /// <summary>Four floats, repeated over the whole vector.</summary>
    static abstract TVector LoadQuad(float* source);

    /// <summary>One float in every place.</summary>
    static abstract TVector Broadcast(float* source);

    /// <summary>The first float of a repeated quad in every place; and so on.</summary>
    static abstract TVector Pick0(TVector quad);

    static abstract TVector Pick1(TVector quad);

    static abstract TVector Pick2(TVector quad);

    static abstract TVector Pick3(TVector quad);

    static abstract TVector Add(TVector left, TVector right);

    /// <summary>left · right + addend.</summary>
    static abstract TVector MultiplyAdd(TVector left, TVector right, TVector addend);
}
