using SparseProf.Ops.Architectures;
using SparseProf.Ops.Errors;
using SparseProf.Workloads.Data;

namespace SparseProf.Workloads.Training;

/// <summary>Whether a plan can be carried out on a data set.</summary>
internal static class TrainingPlanCheck
{
    /// <exception cref="UserErrorException">It cannot; the message says why.</exception>
    public static void Throw(TrainingPlan plan, DataSet data)
    {
        Require(plan.Steps > 0, $"{plan.Steps} steps are no training", "1 or more");
        Require(plan.Batch >= 1 && plan.Batch <= data.Train.Count, $"a batch of {plan.Batch} cannot be taken from {data.Train.Count} examples", $"1 to {data.Train.Count}");
        Require(plan.Optimizer.LearningRate > 0, $"the learning rate {plan.Optimizer.LearningRate} trains nothing", "a positive number");
        Require(plan.ClipNorm is null or > 0, $"gradients cannot be clipped to {plan.ClipNorm}", "a positive number");
        Require(plan.Router.LoadBalancing >= 0, $"a load-balancing loss of weight {plan.Router.LoadBalancing} unbalances", "0 for none, or a positive number");
        var (vocabulary, classes) = plan.Workload.Architecture switch
        {
            TransformerConfig transformer => (transformer.Vocabulary, transformer.Classes),
            DecoderConfig decoder => (decoder.Vocabulary, decoder.Vocabulary),
            ResNetConfig resNet => ((int?)null, resNet.Classes),
            _ => (null, int.MaxValue),
        };
        Require((vocabulary is null) == (data.Vocabulary is null), $"{plan.Workload.Name} does not read {data.Name}", vocabulary is null ? "a set of images" : "a set of texts");
        Require(vocabulary is null || vocabulary >= data.Vocabulary, $"{data.Name} has {data.Vocabulary} tokens, the model {vocabulary}", "a vocabulary that holds the data's");
        Require(classes >= data.Classes, $"{data.Name} has {data.Classes} classes, the model {classes}", "as many classes as the data");
        if (plan.Workload.Architecture is TransformerConfig { Routing: { } routing } config)
        {
            var tokens = (long)plan.Batch * config.Tokens;
            Require(routing.Experts <= tokens, $"{routing.Experts} experts are more than the {tokens} tokens of a batch", "a larger batch, or fewer experts");
        }
    }

    private static void Require(bool holds, string what, string allowed)
    {
        if (!holds)
            throw new UserErrorException(ErrorKind.WrongUsage, what) { Allowed = allowed };
    }
}
