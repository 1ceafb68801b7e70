using SparseProf.Bench.Reports;
using SparseProf.Testing;

if (args is ["viewers", var program, var database, ..])
{
    await Viewers.RunAsync(program, database, args.Length > 3 ? int.Parse(args[3]) : 10);
    return;
}

if (args is ["live", var served, var shown, ..])
{
    await LivePage.RunAsync(served, shown, args.Length > 3 ? int.Parse(args[3]) : 10);
    return;
}

// A synthetic database of the size that reports are timed on. Arguments: FILE [KERNELS [SAMPLES [POWER READINGS]]]. Of two
// gigabytes: big.db 2000 120000 5000000.
var path = args is [var given, ..] ? given : "synthetic.db";
int Argument(int place, int otherwise) => args.Length > place ? int.Parse(args[place]) : otherwise;
var (kernels, samples, power) = (Argument(1, 500), Argument(2, 64), Argument(3, 50_000));
File.Delete(path);
SyntheticStore.Write(path, kernels, power, samples);
Console.WriteLine($"{path}: {kernels} synthetic kernels of {samples} samples, {power} synthetic power readings, {new FileInfo(path).Length / 1e9:0.00} GB");
