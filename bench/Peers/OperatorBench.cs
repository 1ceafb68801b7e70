using SparseProf.Ops;
using SparseProf.Ops.Units;
using SparseProf.Profiler.Devices;
using SparseProf.Profiler.Devices.Cpu;
using SparseProf.Profiler.Sampling;
using SparseProf.Torch;

namespace SparseProf.Peers;

/// <summary>Single operators: the sampler's median against that of torch.utils.benchmark on the same libtorch, with the same threads
/// waiting in the same way. Being off either way is wrong.</summary>
internal sealed class OperatorBench : IPeerBench
{
    private const int Rounds = 20;
    private const double RoundSeconds = 0.1;

    private static readonly SamplingPlan s_plan = new(TimingMode.Hot)
    {
        WarmUp = new WarmUp { MinCalls = 1, MinTime = new(0), MaxTime = new(0.01) },
        StoppingRule = new StoppingRule { MinSampledTime = new(RoundSeconds), MaxWallTime = new(RoundSeconds), MaxSamples = 1_000_000 },
    };

    private readonly CpuDevice _device = new();

    public string Name => "operators";

    public IEnumerable<Comparison> Run()
    {
        TorchRuntime.Threads = Environment.ProcessorCount;
        using var scope = TensorScope.Enter();
        using var peer = PeerProcess.Python("torch_peer.py", Environment.ProcessorCount, waitPassively: true);
        foreach (var (name, run) in Operators())
        {
            var request = $"op {name} {RoundSeconds}";
            var (ratios, ours, theirs) = (new List<double>(), new List<double>(), new List<double>());
            peer.Ask(request);
            for (var round = 0; round < Rounds; round++)
            {
                var answer = round % 2 == 0 ? peer.Ask(request) : null;
                ours.Add(Median(run));
                theirs.Add((answer ?? peer.Ask(request))[0]);
                ratios.Add(ours[^1] / theirs[^1]);
            }

            yield return new Comparison(
                name, "torch.utils.benchmark", ours.Order().ElementAt(Rounds / 2), theirs.Order().ElementAt(Rounds / 2),
                PairedRatio.Of(ratios), AtMost: 1.03, AtLeast: 0.97);
        }
    }

    private static IEnumerable<(string Name, Func<Tensor> Run)> Operators()
    {
        // The names and sizes stand in torch_peer.py too.
        yield return Binary("matmul_512", [512, 512], [512, 512], Aten.Matmul);
        yield return Binary("matmul_1024", [1024, 1024], [1024, 1024], Aten.Matmul);
        yield return Binary("bmm_12x128x64", [12, 128, 64], [12, 64, 128], Aten.Bmm);
        var (tokens, bias, longBias) = (Aten.Randn([128, 768]), Aten.Randn([768]), Aten.Randn([3072]));
        var (square, wide) = (Aten.Randn([768, 768]), Aten.Randn([3072, 768]));
        yield return ("linear_128x768x768", () => Aten.Linear(tokens, square, bias));
        yield return ("linear_128x3072x768", () => Aten.Linear(tokens, wide, longBias));
        yield return Binary("conv2d_64x32x32", [1, 64, 32, 32], [64, 64, 3, 3], (image, weight) => Aten.Conv2d(image, weight, null, 1, 1));
        yield return Binary("conv2d_256x8x8", [4, 256, 8, 8], [256, 256, 3, 3], (image, weight) => Aten.Conv2d(image, weight, null, 1, 1));
        var scores = Aten.Randn([1536, 128]);
        yield return ("softmax_1536x128", () => Aten.Softmax(scores, -1));
        var (hidden, scale) = (Aten.Randn([1024, 768]), Aten.Randn([768]));
        yield return ("layer_norm_1024x768", () => Aten.LayerNorm(hidden, scale, bias));
        var activations = Aten.Randn([128, 3072]);
        yield return ("gelu_128x3072", () => Aten.Gelu(activations));
    }

    private static (string, Func<Tensor>) Binary(string name, long[] left, long[] right, Func<Tensor, Tensor, Tensor> op)
    {
        var (a, b) = (Aten.Randn(left), Aten.Randn(right));
        return (name, () => op(a, b));
    }

    private double Median(Func<Tensor> run)
    {
        using var noGrad = Autograd.NoGrad();
        var median = new Sampler(_device).Measure(new OperatorCall(run), s_plan).Median.Value;
        PeerProcess.Rest();
        return median;
    }

    private sealed class OperatorCall(Func<Tensor> run) : ITimedWork
    {
        public int Copies => 1;

        public Bytes BytesPerCopy => new(0);

        public void Run(int copy) => run().Dispose();
    }
}
