using SparseProf.Ops.Architectures;
using SparseProf.Ops.Errors;
using SparseProf.Workloads;
using SparseProf.Workloads.Data;
using SparseProf.Workloads.Data.Synthetic;
using SparseProf.Workloads.Sparsity;
using SparseProf.Workloads.Training;

namespace SparseProf.Cli.Reproduce;

/// <summary>The models of the paper's tables and figures.</summary>
internal sealed class ReproducePlans(ReproduceRequest request)
{
    // Dense parts of ResNet-18's weights that figure 3 leaves: the 3 M of 11.2 M parameters of table II.
    private const double Figure3Density = 0.268;

    // What is left of the training examples, and how many of their labels are wrong.
    private const double LittleShare = 0.1;
    private const double WrongLabels = 0.3;

    private readonly Dictionary<string, DataSet> _data = [];

    /// <summary>A row each of table II.</summary>
    /// <exception cref="UserErrorException">A row that is none of the paper's, or data that are not there.</exception>
    public IReadOnlyList<PlannedModel> Table2() => [.. Wanted(Paper.Table2.Select(row => row.Workload)).Select(name => Plan(name))];

    /// <summary>Dense transformers and mixtures of growing width.</summary>
    public IReadOnlyList<PlannedModel> Figure2()
    {
        int[] widths = request.Full ? [256, 512, 768] : [16, 32, 64];
        return
        [
            .. from name in Wanted(["dense-transformer", "switch-moe"])
               from width in widths
               select Plan(name, architecture => architecture is TransformerConfig transformer
                   ? transformer with { Width = width, FfnWidth = 4 * width, Heads = request.Full ? width / 64 : 4 }
                   : architecture, $"-w{width}"),
        ];
    }

    /// <summary>The image models on all of the data, on little of it, and with wrong labels among it.</summary>
    public IReadOnlyList<PlannedModel> Robustness() =>
    [
        .. from name in Wanted(["dense-cnn", "sparse-cnn-dst", "pruned-cnn"])
           let whole = Plan(name)
           from planned in new[]
           {
               whole,
               whole with { Data = Spoilt($"{LittleShare}", () => LittleData.Little(whole.Data, LittleShare, seed: 0)) },
               whole with { Data = Spoilt($"noise {WrongLabels}", () => LittleData.NoisyLabels(whole.Data, WrongLabels, seed: 0)) },
           }
           select planned,
    ];

    /// <summary>ResNets of 18 layers and growing width, dense and with as large a share of weights as the paper's DST row keeps.</summary>
    public static IReadOnlyList<(string Model, Workload Dense, Workload Sparse)> Figure3()
    {
        return [.. new[] { ("A", 16), ("B", 32), ("C", 48), ("D", 64) }.Select(model => (model.Item1, Dense(model.Item2), Sparse(model.Item2)))];

        static ResNetConfig Config(int width) => new() { StageWidths = [width, 2 * width, 4 * width, 8 * width] };

        static Workload Dense(int width) => new($"resnet18-w{width}", $"ResNet-18 of width {width}", Config(width), 1);

        static Workload Sparse(int width)
        {
            var kept = (long)Math.Round(Figure3Density * Config(width).TotalParameters);
            return new($"resnet18-w{width}-sparse", $"the same with ERK masks", Config(width) with { Pruning = new Pruning(new LayerDensity.ErdosRenyiKernel(), kept) }, 1);
        }
    }

    private IEnumerable<string> Wanted(IEnumerable<string> names)
    {
        var known = names.ToList();
        foreach (var name in request.Only)
        {
            if (!known.Contains(name, StringComparer.OrdinalIgnoreCase))
                throw Suggestion.UnknownName("model of this table", name, known, "--only");
        }

        return request.Only.Count == 0 ? known : known.Where(name => request.Only.Contains(name, StringComparer.OrdinalIgnoreCase));
    }

    private PlannedModel Plan(string name, Func<Architecture, Architecture>? change = null, string suffix = "")
    {
        var recipe = TrainingRecipes.Find(name);
        var plan = request.Full ? recipe.Full : recipe.Small;
        var workload = plan.Workload with
        {
            Name = $"{name}{(request.Full ? "" : "-small")}{suffix}",
            Architecture = change?.Invoke(plan.Workload.Architecture) ?? plan.Workload.Architecture,
        };
        plan = plan with { Workload = workload, Steps = request.Steps ?? plan.Steps };
        var data = Open(recipe, plan);
        plan = TrainingRecipe.Fit(plan, data);
        return new PlannedModel(workload.Name, plan, data, Inference(plan), IsSparse: name is not ("dense-transformer" or "dense-cnn"));
    }

    // Rows of one kind share their data.
    private DataSet Open(TrainingRecipe recipe, TrainingPlan plan)
    {
        var key = request.Data is null ? recipe.SyntheticData : recipe.RealData;
        if (!_data.TryGetValue(key, out var data))
            _data.Add(key, data = recipe.Open(plan, request.Data, new SyntheticOptions(Difficulty: request.Difficulty)));
        return data;
    }

    private DataSet Spoilt(string how, Func<DataSet> make)
    {
        if (!_data.TryGetValue(how, out var data))
            _data.Add(how, data = make());
        return data;
    }

    // Training holds masks beside the weights; the forward pass to measure is built with as many zeros from the start.
    private static Workload Inference(TrainingPlan plan)
    {
        if (plan.Workload.Architecture is not ResNetConfig resNet || plan.Sparsity.Method == SparseMethod.Dense)
            return plan.Workload with { Batch = 1 };
        var kept = (long)Math.Round((1 - plan.Sparsity.Pattern.Sparsity.Value) * resNet.TotalParameters);
        LayerDensity density = plan.Sparsity.Distribution == DensityDistribution.Global ? new LayerDensity.GlobalMagnitude() : new LayerDensity.ErdosRenyiKernel();
        return plan.Workload with { Batch = 1, Architecture = resNet with { Pruning = new Pruning(density, kept) } };
    }
}
