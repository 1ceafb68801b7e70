namespace SparseProf.Torch;

/// <summary>libtorch refused a call; the message names the operator and holds the first line of libtorch's own.</summary>
public class TorchException(string message, Exception? cause = null) : Exception(message, cause)
{
    /// <summary>Whether the machine or the GPU has less free memory than was asked for.</summary>
    public bool IsOutOfMemory => Message.Contains("allocate memory", StringComparison.Ordinal) || Message.Contains("out of memory", StringComparison.OrdinalIgnoreCase);
}

/// <summary>There is no usable libtorch on this machine; the message says where it was sought.</summary>
public sealed class TorchMissingException(string message, Exception? cause = null) : TorchException(message, cause)
{
    public const string Remedy =
        "install libtorch (Debian: apt-get install libtorch-dev libopenblas0-pthread) or set LIBTORCH to its folder, then run 'make native'";
}
