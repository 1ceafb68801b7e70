using SparseProf.Torch;

namespace SparseProf.Workloads.Modules;

/// <summary>
/// A part of a model that owns tensors and other modules. Parameters are what training changes; buffers are further state
/// that belongs to a saved model, such as running statistics and masks.
/// </summary>
public abstract class Module : IDisposable
{
    private readonly List<NamedTensor> _parameters = [];
    private readonly List<NamedTensor> _buffers = [];
    private readonly List<(string Name, Module Module)> _children = [];

    /// <summary>Whether dropout drops and running statistics run.</summary>
    public bool Training { get; private set; }

    /// <summary>Of this module and all below, by dotted path.</summary>
    public IEnumerable<NamedTensor> Parameters() => Collect("", module => module._parameters);

    public IEnumerable<NamedTensor> Buffers() => Collect("", module => module._buffers);

    /// <summary>This module and all below, by dotted path; the root's path is empty.</summary>
    public IEnumerable<(string Path, Module Module)> Modules()
    {
        yield return ("", this);
        foreach (var (name, child) in _children)
        {
            foreach (var (path, module) in child.Modules())
                yield return (Join(name, path), module);
        }
    }

    public void Train() => SetTraining(true);

    public void Eval() => SetTraining(false);

    /// <summary>Moves all parameters and buffers; kernels that hold copies of them are to be chosen again.</summary>
    public void MoveTo(TorchDevice device)
    {
        using var scope = TensorScope.Enter();
        using var noGrad = Autograd.NoGrad();
        foreach (var owned in Parameters().Concat(Buffers()).Where(owned => owned.Tensor.Device != device))
            Aten.SetData(owned.Tensor, Aten.To(owned.Tensor, device));
    }

    /// <summary>Gives all floating-point parameters and buffers another element type; masks and counts stay as they are.</summary>
    public void ConvertTo(ScalarType type)
    {
        using var scope = TensorScope.Enter();
        using var noGrad = Autograd.NoGrad();
        foreach (var owned in Parameters().Concat(Buffers()).Where(owned => owned.Tensor.ScalarType == ScalarType.Float32 && type != ScalarType.Float32))
            Aten.SetData(owned.Tensor, Aten.To(owned.Tensor, type));
    }

    /// <summary>Whether gradients are wanted for all parameters.</summary>
    public void RequireGradients(bool required)
    {
        foreach (var parameter in Parameters())
            parameter.Tensor.RequiresGrad = required;
    }

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected Tensor AddParameter(string name, Tensor tensor) => Add(_parameters, name, tensor);

    protected Tensor AddBuffer(string name, Tensor tensor) => Add(_buffers, name, tensor);

    protected T AddChild<T>(string name, T module)
        where T : Module
    {
        _children.Add((name, module));
        return module;
    }

    protected virtual void Dispose(bool disposing)
    {
        if (!disposing)
            return;
        foreach (var (_, child) in _children)
            child.Dispose();
        foreach (var owned in _parameters.Concat(_buffers))
            owned.Tensor.Dispose();
    }

    private static Tensor Add(List<NamedTensor> owned, string name, Tensor tensor)
    {
        owned.Add(new NamedTensor(name, TensorScope.Release(tensor)));
        return tensor;
    }

    private static string Join(string name, string path) => path.Length == 0 ? name : $"{name}.{path}";

    private IEnumerable<NamedTensor> Collect(string prefix, Func<Module, List<NamedTensor>> owned)
    {
        foreach (var tensor in owned(this))
            yield return tensor with { Name = prefix + tensor.Name };
        foreach (var (name, child) in _children)
        {
            foreach (var tensor in child.Collect($"{prefix}{name}.", owned))
                yield return tensor;
        }
    }

    private void SetTraining(bool training)
    {
        foreach (var (_, module) in Modules())
            module.Training = training;
    }
}

/// <summary>A tensor of a module under its dotted path.</summary>
public sealed record NamedTensor(string Name, Tensor Tensor);
