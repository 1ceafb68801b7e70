using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using SparseProf.Torch.Native;

namespace SparseProf.Torch;

/// <summary>
/// One operator of libtorch by its schema name, such as aten::add and overload Tensor. It is looked up at the first call.
/// Trailing arguments that are not given take the schema's defaults, so a call works over versions that append some.
/// </summary>
public sealed unsafe class Operator(string name, string overload = "")
{
    // Room on the stack for lists of sizes and of tensors; longer ones go to the heap.
    private const int ScratchLength = 64;

    private nint _handle;

    public string Name { get; } = name;

    /// <summary>Whether the loaded libtorch has this operator.</summary>
    public bool Exists => TryResolve(out _);

    /// <summary>Calls for one tensor.</summary>
    public Tensor Call(params ReadOnlySpan<Argument> arguments)
    {
        NativeArgument* results;
        var count = Invoke(arguments, &results);
        if (count != 1 || results[0].Kind != ArgumentKind.Tensor)
            throw Unexpected(results, count, "one tensor");
        return new Tensor((nint)results[0].Bits);
    }

    /// <summary>Calls for the first of several results; the others are released.</summary>
    public Tensor CallForFirst(params ReadOnlySpan<Argument> arguments)
    {
        NativeArgument* results;
        var count = Invoke(arguments, &results);
        if (count < 1 || results[0].Kind != ArgumentKind.Tensor)
            throw Unexpected(results, count, "a tensor first");
        Release(results + 1, count - 1);
        return new Tensor((nint)results[0].Bits);
    }

    /// <summary>Calls for all results, which must be tensors.</summary>
    public Tensor[] CallForAll(params ReadOnlySpan<Argument> arguments)
    {
        NativeArgument* results;
        var count = Invoke(arguments, &results);
        var tensors = new Tensor[count];
        for (var i = 0; i < count; i++)
            tensors[i] = new Tensor((nint)results[i].Bits);
        return tensors;
    }

    /// <summary>Calls for two tensors.</summary>
    public (Tensor First, Tensor Second) CallForTwo(params ReadOnlySpan<Argument> arguments)
    {
        NativeArgument* results;
        var count = Invoke(arguments, &results);
        if (count != 2)
            throw Unexpected(results, count, "two tensors");
        // The results' memory belongs to the thread's next call, and making a tensor makes none.
        return (new Tensor((nint)results[0].Bits), new Tensor((nint)results[1].Bits));
    }

    /// <summary>Calls for the effect alone, as in-place operators are.</summary>
    public void CallInPlace(params ReadOnlySpan<Argument> arguments)
    {
        NativeArgument* results;
        var count = Invoke(arguments, &results);
        Release(results, count);
    }

    private static void Release(NativeArgument* results, int count)
    {
        for (var i = 0; i < count; i++)
        {
            if (results[i].Kind == ArgumentKind.Tensor && results[i].Bits != 0)
                NativeMethods.Free((nint)results[i].Bits);
        }
    }

    [SkipLocalsInit]
    private int Invoke(ReadOnlySpan<Argument> arguments, NativeArgument** results)
    {
        if (_handle == 0 && !TryResolve(out var reason))
            throw new TorchException(reason);
        var native = stackalloc NativeArgument[arguments.Length];
        var scratchNeeded = 0;
        foreach (ref readonly var argument in arguments)
            scratchNeeded += ScratchNeeded(argument);
        var onStack = stackalloc long[ScratchLength];
        var scratch = scratchNeeded <= ScratchLength ? onStack : (long*)NativeMemory.Alloc((nuint)scratchNeeded, sizeof(long));
        try
        {
            var free = scratch;
            for (var i = 0; i < arguments.Length; i++)
                Write(arguments[i], ref native[i], ref free);
            var count = NativeMethods.Call(_handle, native, arguments.Length, results);
            foreach (ref readonly var argument in arguments)
                GC.KeepAlive(argument.Reference);
            return count >= 0 ? count : throw NativeMethods.LastFailure();
        }
        finally
        {
            if (scratch != onStack)
                NativeMemory.Free(scratch);
        }
    }

    private static void Write(in Argument argument, ref NativeArgument native, ref long* free)
    {
        native.Kind = argument.Kind;
        native.Count = argument.Count;
        native.Bits = argument.Bits;
        switch (argument.Kind)
        {
            case ArgumentKind.Tensor:
                native.Bits = ((Tensor)argument.Reference!).Handle;
                break;
            case ArgumentKind.Ints:
                native.Bits = (nint)free;
                ((long[])argument.Reference!).CopyTo(new Span<long>(free, argument.Count));
                free += argument.Count;
                break;
            case ArgumentKind.Doubles:
                native.Bits = (nint)free;
                ((double[])argument.Reference!).CopyTo(new Span<double>(free, argument.Count));
                free += argument.Count;
                break;
            case ArgumentKind.Tensors:
                native.Bits = (nint)free;
                foreach (var tensor in (Tensor[])argument.Reference!)
                    *free++ = tensor.Handle;
                break;
            case ArgumentKind.String:
                var text = (string)argument.Reference!;
                native.Bits = (nint)free;
                native.Count = Encoding.UTF8.GetBytes(text, new Span<byte>(free, sizeof(long) * ScratchNeeded(argument)));
                free += ScratchNeeded(argument);
                break;
        }
    }

    // In longs.
    private static int ScratchNeeded(in Argument argument) => argument.Kind switch
    {
        ArgumentKind.Ints or ArgumentKind.Doubles or ArgumentKind.Tensors => argument.Count,
        ArgumentKind.String => Encoding.UTF8.GetByteCount((string)argument.Reference!) / sizeof(long) + 1,
        _ => 0,
    };

    private bool TryResolve([NotNullWhen(false)] out string? reason)
    {
        reason = null;
        if (_handle == 0)
            _handle = NativeMethods.FindOperator(Name, overload);
        if (_handle == 0)
            reason = NativeMethods.LastFailure().Message;
        return _handle != 0;
    }

    private TorchException Unexpected(NativeArgument* results, int count, string expected)
    {
        Release(results, count);
        return new TorchException($"{Name}: expected {expected}, got {count} results");
    }
}
