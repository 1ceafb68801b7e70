using SparseProf.Torch;
using SparseProf.Workloads.Modules;

namespace SparseProf.Workloads.Tests.Modules;

public class NormalFillTests
{
    private const long Elements = 1_000_003;

    public NormalFillTests() => RequiresTorch.OrSkip();

    [Fact]
    public void Large_tensors_get_normal_numbers_of_the_deviation_asked_for()
    {
        using var scope = TensorScope.Enter();
        var values = Filled(seed: 1);

        // Four standard errors of each moment of a million normal numbers.
        Assert.Equal(0, values.Average() / 0.02, 0.004);
        Assert.Equal(1, values.Average(value => value * value) / 0.0004, 0.006);
        Assert.Equal(0, values.Average(value => Math.Pow(value / 0.02, 3)), 0.016);
        Assert.Equal(3, values.Average(value => Math.Pow(value / 0.02, 4)), 0.04);
        Assert.Equal(0, values.Zip(values.Skip(1), (a, b) => a * b).Average() / 0.0004, 0.004);
        Assert.Equal(0, values.Zip(values.Skip(1 << 15), (a, b) => a * b).Average() / 0.0004, 0.004);
    }

    [Fact]
    public void The_same_seed_gives_the_same_numbers_and_another_seed_others()
    {
        using var scope = TensorScope.Enter();

        Assert.Equal(Filled(seed: 7), Filled(seed: 7));
        Assert.NotEqual(Filled(seed: 7), Filled(seed: 8));
    }

    private static double[] Filled(ulong seed)
    {
        TorchRuntime.Seed(seed);
        var tensor = Aten.Empty([Elements]);
        NormalFill.Fill(tensor, 0.02);
        return Array.ConvertAll(tensor.Data<float>().ToArray(), value => (double)value);
    }
}
