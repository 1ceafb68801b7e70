using SparseProf.Torch;
using SparseProf.Workloads.Training;
using SparseProf.Workloads.Training.Optimizers;

namespace SparseProf.Workloads.Tests.Training;

/// <summary>Two steps on two weights against the published formulas in double precision.</summary>
public sealed class OptimizerTests
{
    private static readonly double[] s_start = [1, -2];
    private static readonly double[][] s_gradients = [[0.5, 0.25], [-0.1, 0.4]];

    public OptimizerTests() => RequiresTorch.OrSkip();

    [Fact]
    public void Sgd_keeps_momentum_and_decays()
    {
        var settings = new OptimizerSettings { Kind = OptimizerKind.Sgd, Momentum = 0.9, WeightDecay = 0.1 };
        double[] velocity = [0, 0];

        Assert.Equal(Expected((w, g, i, _) => w - 0.01 * (velocity[i] = 0.9 * velocity[i] + g + 0.1 * w)), Actual(settings), Close);
    }

    [Fact]
    public void AdamW_corrects_its_moments_and_decays_apart_from_them()
    {
        var settings = new OptimizerSettings { WeightDecay = 0.1 };
        var (mean, square) = (new double[2], new double[2]);

        Assert.Equal(Expected((w, g, i, step) => w * (1 - 0.01 * 0.1) - 0.01 * Adam(mean, square, g, i, step)), Actual(settings), Close);
    }

    [Fact]
    public void Lamb_takes_steps_as_long_as_the_weights()
    {
        var settings = new OptimizerSettings { Kind = OptimizerKind.Lamb, WeightDecay = 0.1 };
        var (mean, square) = (new double[2], new double[2]);
        var weights = s_start.ToArray();
        foreach (var (step, gradient) in s_gradients.Index())
        {
            var updates = weights.Select((w, i) => Adam(mean, square, gradient[i], i, step + 1) + 0.1 * w).ToArray();
            var trust = Norm(weights) / Norm(updates);
            weights = [.. weights.Zip(updates, (w, update) => w - 0.01 * trust * update)];
        }

        Assert.Equal(weights, Actual(settings), Close);
        static double Norm(double[] values) => Math.Sqrt(values.Sum(value => value * value));
    }

    [Fact]
    public void Biases_do_not_decay_and_rates_can_differ()
    {
        using var scope = TensorScope.Enter();
        var weight = Aten.FromArray([1f], 1);
        using var optimizer = new OptimizerSettings { Kind = OptimizerKind.Sgd, WeightDecay = 1 }.Create([new TrainedParameter("bias", weight, Decays: false, RateFactor: 0.5)]);

        Autograd.SetGrad(weight, Aten.FromArray([1f], 1));
        optimizer.Step(0.1);

        Assert.Equal(0.95f, weight.Item<float>());
    }

    [Theory]
    [InlineData(0, 0.25)]
    [InlineData(3, 1)]
    [InlineData(4, 1)]
    [InlineData(22, 0.55)]
    [InlineData(39, 0.1017)]
    public void The_cosine_schedule_rises_and_falls_to_its_last_factor(long step, double factor) =>
        Assert.Equal(factor, new LearningRateSchedule { WarmUp = 0.1, FinalFactor = 0.1 }.Factor(step, 40), 1e-4);

    [Fact]
    public void Clipping_scales_all_gradients_to_one_norm_and_reports_the_one_before()
    {
        using var scope = TensorScope.Enter();
        Tensor[] weights = [Aten.Zeros([2]), Aten.Zeros([1])];
        Autograd.SetGrad(weights[0], Aten.FromArray([3f, 0], 2));
        Autograd.SetGrad(weights[1], Aten.FromArray([4f], 1));

        var norm = GradientClipping.Clip([.. weights.Select(weight => new TrainedParameter("", weight, true, 1))], 1);

        Assert.Equal(5, norm, 1e-6);
        Assert.Equal(0.6f, Autograd.Grad(weights[0])!.Data<float>()[0], 1e-5f);
        Assert.Equal(0.8f, Autograd.Grad(weights[1])!.Item<float>(), 1e-5f);
    }

    private static double Adam(double[] mean, double[] square, double gradient, int i, int step)
    {
        mean[i] = 0.9 * mean[i] + 0.1 * gradient;
        square[i] = 0.999 * square[i] + 0.001 * gradient * gradient;
        return mean[i] / (1 - Math.Pow(0.9, step)) / (Math.Sqrt(square[i] / (1 - Math.Pow(0.999, step))) + 1e-8);
    }

    private static double[] Expected(Func<double, double, int, int, double> update)
    {
        var weights = s_start.ToArray();
        foreach (var (step, gradient) in s_gradients.Index())
            weights = [.. weights.Select((w, i) => update(w, gradient[i], i, step + 1))];
        return weights;
    }

    private static double[] Actual(OptimizerSettings settings)
    {
        using var scope = TensorScope.Enter();
        var weight = Aten.FromArray(s_start.Select(value => (float)value).ToArray(), 2);
        using var optimizer = settings.Create([new TrainedParameter("weight", weight, Decays: true, RateFactor: 1)]);
        foreach (var gradient in s_gradients)
        {
            Autograd.SetGrad(weight, Aten.FromArray(gradient.Select(value => (float)value).ToArray(), 2));
            optimizer.Step(0.01);
        }

        return [.. weight.Data<float>().ToArray().Select(value => (double)value)];
    }

    private static bool Close(double expected, double actual) => Math.Abs(expected - actual) < 1e-6;
}
