using SparseProf.Torch;
using SparseProf.Workloads.Modules;

namespace SparseProf.Workloads.Training.Optimizers;

/// <summary>Moves parameters along their gradients; keeps tensors of their shape as state.</summary>
public abstract class Optimizer : IDisposable
{
    private readonly string[] _slots;
    private readonly Tensor[][] _state;

    /// <param name="slots">Names of the state tensors of each parameter.</param>
    protected Optimizer(IReadOnlyList<TrainedParameter> parameters, params string[] slots)
    {
        (Parameters, _slots) = (parameters, slots);
        _state = [.. parameters.Select(parameter => slots.Select(_ => TensorScope.Release(Aten.ZerosLike(parameter.Tensor))).ToArray())];
    }

    public IReadOnlyList<TrainedParameter> Parameters { get; }

    /// <summary>Steps taken so far; part of the state.</summary>
    public long Steps { get; internal set; }

    /// <summary>Every state tensor under its parameter's name and its own.</summary>
    public IEnumerable<NamedTensor> State() =>
        Parameters.Zip(_state).SelectMany(pair => _slots.Zip(pair.Second, (slot, tensor) => new NamedTensor($"{pair.First.Name}.{slot}", tensor)));

    /// <summary>The state of one parameter.</summary>
    public IReadOnlyList<Tensor> StateOf(Tensor parameter)
    {
        for (var i = 0; i < Parameters.Count; i++)
        {
            if (ReferenceEquals(Parameters[i].Tensor, parameter))
                return _state[i];
        }

        throw new ArgumentException("the optimizer does not train this tensor", nameof(parameter));
    }

    /// <summary>One step along the gradients that the parameters hold; those without one stay.</summary>
    public void Step(double learningRate)
    {
        using var noGrad = Autograd.NoGrad();
        Steps++;
        for (var i = 0; i < Parameters.Count; i++)
        {
            using var scope = TensorScope.Enter();
            if (Autograd.Grad(Parameters[i].Tensor) is { } gradient)
                Update(Parameters[i], gradient, _state[i], learningRate * Parameters[i].RateFactor);
        }
    }

    public void Dispose()
    {
        foreach (var tensor in _state.SelectMany(tensors => tensors))
            tensor.Dispose();
        GC.SuppressFinalize(this);
    }

    protected abstract void Update(TrainedParameter parameter, Tensor gradient, Tensor[] state, double rate);
}
