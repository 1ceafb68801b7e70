namespace SparseProf.Profiler.Kernels.Cuda.Experts;

/// <summary>The products of all experts in one library's way. Lives on the CUDA thread.</summary>
internal interface IExpertProducts : IDisposable
{
    /// <summary>What was chosen by search; empty where the library chooses.</summary>
    string Choice { get; }

    /// <summary>Starts the first product of every expert that has tokens, and then the second.</summary>
    void Enqueue();
}
