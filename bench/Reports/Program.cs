using SparseProf.Testing;

// A synthetic database of the size that reports are timed on: 500 kernels with 64 samples each, 50,000 power readings.
var path = args is [var given] ? given : "synthetic.db";
File.Delete(path);
SyntheticStore.Write(path, kernels: 500, powerReadings: 50_000);
Console.WriteLine($"{path}: 500 synthetic kernels, 50,000 synthetic power readings");
