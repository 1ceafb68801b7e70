using SparseProf.Profiler.Devices.Cuda.Native.Cusparse;

namespace SparseProf.Profiler.Kernels.Cuda;

/// <summary>One way in which cuSPARSE computes a product.</summary>
/// <param name="Order">Of x and y as the library sees them: by columns as frameworks hold tokens, by rows transposed.</param>
internal readonly record struct SpmmCandidate(SpmmAlgorithm Algorithm, CusparseOrder Order);
