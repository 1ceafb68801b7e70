using SparseProf.Ops.Architectures;
using SparseProf.Ops.Errors;
using SparseProf.Workloads.Data;
using SparseProf.Workloads.Sparsity;

namespace SparseProf.Workloads.Training;

/// <summary>Whether a plan can be carried out: by itself, and on a data set. Errors name the option of <c>train</c> that sets the value.</summary>
public static class TrainingPlanCheck
{
    // What fp32 still computes with.
    private const double Largest = 1e30;

    /// <exception cref="UserErrorException">A value is out of range, or two contradict each other.</exception>
    public static void Throw(TrainingPlan plan)
    {
        Bounds.AtLeast(plan.Steps, "--steps", 1);
        Bounds.AtLeast(plan.Batch, "--batch", 1);
        Bounds.Positive(plan.Optimizer.LearningRate, "--learning-rate", Largest);
        Bounds.Share(plan.Schedule.WarmUp, "--warm-up");
        Bounds.Positive(plan.ClipNorm ?? 1, "--clip", Largest);
        Bounds.Within(plan.Router.LoadBalancing, "--load-balancing", 0, Largest);
        Bounds.Within(plan.Router.ZLoss, "--z-loss", 0, Largest);
        Bounds.Share(plan.Router.Jitter, "--jitter");
        if (plan.Workload.Architecture is TransformerConfig { Routing: { } routing } config)
            Mixture(routing.Experts, config.Tokens, plan.Batch);
        SparsityPlanCheck.Throw(plan.Sparsity);
    }

    /// <exception cref="UserErrorException">It cannot; the message says why.</exception>
    public static void Throw(TrainingPlan plan, DataSet data)
    {
        Throw(plan);
        if (plan.Batch > data.Train.Count)
        {
            throw new UserErrorException(ErrorKind.WrongUsage, $"a batch of {plan.Batch} cannot be taken from the {data.Train.Count} examples of {data.Name}")
            {
                Where = "--batch",
                Allowed = $"1 to {data.Train.Count}",
            };
        }

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
    }

    private static void Mixture(int experts, int tokensOfExample, int batch)
    {
        var tokens = (long)batch * tokensOfExample;
        if (experts <= tokens)
            return;
        throw new UserErrorException(ErrorKind.WrongUsage, $"{experts} experts are more than the {tokens} tokens of a batch")
        {
            Where = "--experts",
            Allowed = $"1 to {tokens} with a batch of {batch}",
            Next = "take fewer experts, or a larger --batch",
        };
    }

    private static void Require(bool holds, string what, string allowed)
    {
        if (!holds)
            throw new UserErrorException(ErrorKind.WrongUsage, what) { Where = "--data", Allowed = allowed };
    }
}
