using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Running;
using SparseProf.Kernels;

// dotnet run -c Release --project bench/Kernels -- --filter '*'
var config = DefaultConfig.Instance
    .WithArtifactsPath(Path.Combine("artifacts", "bench"))
    .WithOptions(ConfigOptions.JoinSummary);
return BenchmarkSwitcher.FromAssembly(typeof(PreparedBenchmark).Assembly).Run(args, config).Any() ? 0 : 1;
