using System.Runtime.InteropServices;

namespace SparseProf.Torch;

/// <summary>The libtorch of this process.</summary>
public sealed class TorchLibrary
{
    private const string CudaLibrary = "libtorch_cuda.so";

    private static readonly Version s_oldest = new(1, 13);
    private static readonly Lazy<TorchLibrary> s_loaded = new(() => Load(TorchSearch.FromEnvironment()));

    private TorchLibrary(nint shim, string shimPath, string version, string path)
    {
        Shim = shim;
        ShimPath = shimPath;
        Version = version;
        Path = path;
    }

    /// <summary>Loads libtorch at the first use.</summary>
    /// <exception cref="TorchMissingException">There is none that works.</exception>
    public static TorchLibrary Loaded => s_loaded.Value;

    /// <summary>As libtorch writes it: 1.13.0, 2.4.1+cu121.</summary>
    public string Version { get; }

    /// <summary>The file that holds libtorch's operators.</summary>
    public string Path { get; }

    public string ShimPath { get; }

    internal nint Shim { get; }

    /// <exception cref="TorchMissingException">There is no shim, no libtorch, or not one that works.</exception>
    public static TorchLibrary Load(TorchSearch search)
    {
        var shimPath = search.FindShim();
        var named = search.FindNamedLibrary();
        if (named is not null)
            Preload(named);
        else
            OpenMpThreads.WaitBrieflyInPlace();
        var shim = LoadShim(shimPath, triedAlready: named is not null);
        var version = Text(shim, shimPath, "sp_version");
        CheckVersion(version);
        var path = ResolveLinks(Text(shim, shimPath, "sp_library_path"));
        if (named is not null && ResolveLinks(System.IO.Path.Combine(named, TorchSearch.CpuLibrary)) != path)
            throw new TorchMissingException($"LIBTORCH names '{named}', but {shimPath} was built for {path} (libtorch {version})");
        LoadCuda(System.IO.Path.GetDirectoryName(path)!);
        return new TorchLibrary(shim, shimPath, version, path);
    }

    /// <exception cref="TorchMissingException">Older than what the bindings are written for.</exception>
    internal static void CheckVersion(string version)
    {
        var digits = new string([.. version.TakeWhile(character => char.IsAsciiDigit(character) || character == '.')]);
        if (!System.Version.TryParse(digits, out var parsed) || parsed < s_oldest)
            throw new TorchMissingException($"libtorch {version} is too old; {s_oldest} or newer is needed");
    }

    private static nint LoadShim(string path, bool triedAlready)
    {
        try
        {
            return NativeLibrary.Load(path);
        }
        catch (DllNotFoundException error) when (!triedAlready && TorchSearch.FindPythonLibrary() is { } python)
        {
            Preload(python);
            return NativeLibrary.TryLoad(path, out var shim) ? shim : throw DoesNotLoad(path, error);
        }
        catch (DllNotFoundException error)
        {
            throw DoesNotLoad(path, error);
        }
    }

    // The loader takes a library that is already there for one of the same name that the shim asks for.
    private static void Preload(string folder)
    {
        var path = System.IO.Path.Combine(folder, TorchSearch.CpuLibrary);
        try
        {
            NativeLibrary.Load(path);
        }
        catch (DllNotFoundException error)
        {
            throw DoesNotLoad(path, error);
        }
    }

    // CUDA kernels register themselves when their library is loaded.
    private static void LoadCuda(string folder) => NativeLibrary.TryLoad(System.IO.Path.Combine(folder, CudaLibrary), out _);

    private static string Text(nint shim, string shimPath, string function)
    {
        if (!NativeLibrary.TryGetExport(shim, function, out var address))
            throw new TorchMissingException($"{shimPath} is not the libtorch shim of this version: it has no {function}");
        unsafe
        {
            return Marshal.PtrToStringUTF8(((delegate* unmanaged<nint>)address)()) ?? "";
        }
    }

    private static string ResolveLinks(string path) => File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path;

    // The runtime's first line is a general one; the loader's own reason follows.
    private static TorchMissingException DoesNotLoad(string path, DllNotFoundException error)
    {
        var reason = error.Message.Split('\n').Skip(1).FirstOrDefault(line => line.Length > 0) ?? error.Message;
        return new TorchMissingException($"{path} does not load: {reason}", error);
    }
}
