using SparseProf.Torch;

namespace SparseProf.Workloads.Modules;

/// <summary>The losses of one router over one batch.</summary>
internal static class RouterLosses
{
    /// <summary>Both losses, weighted; null where neither is wanted. It belongs to the caller.</summary>
    /// <param name="logits">[tokens, experts].</param>
    /// <param name="assignment">Where the tokens chose to go; its shares are constants to differentiation.</param>
    public static Tensor? Of(Tensor logits, Tensor probabilities, TokenAssignment assignment, RouterTraining training)
    {
        using var scope = TensorScope.Enter();
        Tensor? sum = null;
        if (training.LoadBalancing > 0)
            sum = Aten.Mul(LoadBalancing(probabilities, assignment), training.LoadBalancing);
        if (training.ZLoss > 0)
        {
            var logSums = Aten.Logsumexp(logits, -1);
            var z = Aten.Mul(Aten.Mean(Aten.Mul(logSums, logSums)), training.ZLoss);
            sum = sum is null ? z : Aten.Add(sum, z);
        }

        return sum is null ? null : TensorScope.Release(sum);
    }

    /// <summary>E·Σ fᵢ·Pᵢ: 1 where experts are used evenly, E where one takes all.</summary>
    public static Tensor LoadBalancing(Tensor probabilities, TokenAssignment assignment)
    {
        double choices = assignment.Requested.Sum();
        var shares = assignment.Requested.Select(requested => (float)(requested / choices)).ToArray();
        var mean = Aten.Mean(probabilities, 0);
        return Aten.Mul(Aten.Sum(Aten.Mul(mean, Aten.FromArray(shares, shares.Length).OnDevice(probabilities.Device))), shares.Length);
    }

    /// <summary>Mean entropy of the tokens' probabilities over ln E: 0 where each token is sure, 1 where none prefers any expert.</summary>
    public static double Entropy(Tensor logits, Tensor probabilities)
    {
        using var scope = TensorScope.Enter();
        using var noGrad = Autograd.NoGrad();
        // Σ p·(logsumexp − logit) a token.
        var mean = Aten.Sub(Aten.Mean(Aten.Logsumexp(logits, -1)), Aten.Mul(Aten.Mean(Aten.Mul(probabilities, logits)), logits.Size(-1)));
        return logits.Size(-1) == 1 ? 0 : mean.Scalar() / Math.Log(logits.Size(-1));
    }
}
