using SparseProf.Torch.Native;

namespace SparseProf.Torch;

/// <summary>Automatic differentiation; the modes hold for the thread that enters them.</summary>
public static class Autograd
{
    /// <summary>Until disposed, operators record nothing for <see cref="Backward"/>.</summary>
    public static GradientMode NoGrad() => new(enabled: false);

    /// <summary>Until disposed, operators record as usual, even within <see cref="NoGrad"/>.</summary>
    public static GradientMode EnableGrad() => new(enabled: true);

    /// <summary>Until disposed, tensors carry nothing that differentiation needs; what is made can never be differentiated.</summary>
    public static InferenceMode Inference() => new();

    /// <summary>Adds the derivative of <paramref name="loss"/> to the gradient of every tensor that requires one.</summary>
    /// <param name="gradient">Derivative with respect to <paramref name="loss"/>; not needed for a scalar.</param>
    public static void Backward(Tensor loss, Tensor? gradient = null, bool retainGraph = false)
    {
        NativeMethods.Check(NativeMethods.Backward(loss.Handle, gradient?.Handle ?? 0, retainGraph ? 1 : 0));
        GC.KeepAlive(loss);
        GC.KeepAlive(gradient);
    }

    /// <summary>What <see cref="Backward"/> left at a tensor, or null.</summary>
    public static Tensor? Grad(Tensor tensor)
    {
        var gradient = NativeMethods.Grad(tensor.Handle);
        GC.KeepAlive(tensor);
        return gradient == 0 ? null : new Tensor(gradient);
    }

    /// <summary>Forgets the gradient of a tensor, or replaces it.</summary>
    public static void SetGrad(Tensor tensor, Tensor? gradient)
    {
        NativeMethods.Check(NativeMethods.SetGrad(tensor.Handle, gradient?.Handle ?? 0));
        GC.KeepAlive(tensor);
        GC.KeepAlive(gradient);
    }

    public readonly ref struct GradientMode
    {
        private readonly int _before;

        internal GradientMode(bool enabled) => _before = NativeMethods.GradMode(enabled ? 1 : 0);

        public void Dispose() => _ = NativeMethods.GradMode(_before);
    }

    public readonly ref struct InferenceMode
    {
        private readonly nint _mode;

        public InferenceMode() => _mode = NativeMethods.InferenceEnter();

        public void Dispose() => NativeMethods.InferenceExit(_mode);
    }
}
