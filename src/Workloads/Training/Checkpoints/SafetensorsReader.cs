using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using SparseProf.Ops.Errors;
using SparseProf.Torch;
using SparseProf.Workloads.Modules;

namespace SparseProf.Workloads.Training.Checkpoints;

/// <summary>
/// Reads what <see cref="Safetensors"/> writes, a tensor at a time, so that a file may be larger than an array. Files of before
/// hold the SHA-256 of their data alone.
/// </summary>
internal static class SafetensorsReader
{
    private const string SumOfData = "sha256";

    /// <summary>Reads the metadata, and each tensor's bytes into the tensor of that name; names and shapes must agree.</summary>
    /// <param name="check">Sees the metadata before any tensor is changed.</param>
    /// <exception cref="UserErrorException">The file is damaged or holds other tensors.</exception>
    public static void Read(string path, IReadOnlyList<NamedTensor> tensors, Action<JsonObject> check)
    {
        using var file = File.OpenRead(path);
        var text = Text(path, file);
        var header = Header(path, text);
        check(Sound(path, header, text, file));
        var places = tensors.Select(tensor => Place(path, header, tensor)).ToList();
        using var scope = TensorScope.Enter();
        using var noGrad = Autograd.NoGrad();
        for (var i = 0; i < tensors.Count; i++)
        {
            var bytes = new byte[places[i].Length];
            file.Position = Safetensors.LengthBytes + text.Length + places[i].Start;
            file.ReadExactly(bytes);
            Fill(tensors[i].Tensor, bytes);
        }
    }

    // A damaged header may be JSON and yet hold a name twice or bytes that are no text.
    private static JsonObject Sound(string path, JsonObject header, byte[] text, Stream file)
    {
        try
        {
            var metadata = header[Safetensors.MetadataKey] as JsonObject ?? throw Damaged(path, "it has no metadata");
            CheckSum(path, text, metadata, file);
            return metadata;
        }
        catch (Exception broken) when (broken is ArgumentException or InvalidOperationException)
        {
            throw Damaged(path, broken.Message);
        }
    }

    // Reads the data that follow the header.
    private static void CheckSum(string path, byte[] text, JsonObject metadata, Stream file)
    {
        if (String(metadata, Safetensors.Sum) is { Length: > 0 } whole)
        {
            var place = PlaceOf(text, whole);
            var emptied = text.ToArray();
            Encoding.ASCII.GetBytes(Safetensors.NoSum).AsSpan(0, Math.Min(whole.Length, Safetensors.NoSum.Length)).CopyTo(emptied.AsSpan(Math.Max(place, 0)));
            Span<byte> length = stackalloc byte[Safetensors.LengthBytes];
            BinaryPrimitives.WriteInt64LittleEndian(length, text.Length);
            if (place < 0 || SumOf(length, emptied, file) != whole)
                throw Damaged(path, "it is not what was written");
        }
        else if (SumOf([], [], file) != String(metadata, SumOfData))
        {
            throw Damaged(path, "its data are not what was written");
        }
    }

    private static string SumOf(ReadOnlySpan<byte> length, byte[] text, Stream rest)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(length);
        hash.AppendData(text);
        var buffer = new byte[1 << 20];
        while (rest.Read(buffer) is > 0 and var read)
            hash.AppendData(buffer, 0, read);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static string? String(JsonObject metadata, string name) => metadata[name] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    private static int PlaceOf(ReadOnlySpan<byte> bytes, string text) => bytes.IndexOf(Encoding.ASCII.GetBytes(text));

    // The header's bytes; the stream then stands at the data.
    private static byte[] Text(string path, Stream file)
    {
        Span<byte> prefix = stackalloc byte[Safetensors.LengthBytes];
        var length = file.Length < Safetensors.LengthBytes ? -1 : ReadLength(file, prefix);
        if (length <= 0 || length > Math.Min(file.Length - Safetensors.LengthBytes, Array.MaxLength))
            throw Damaged(path, $"it ends after {file.Length} bytes");
        var text = new byte[length];
        file.ReadExactly(text);
        return text;
    }

    private static long ReadLength(Stream file, Span<byte> prefix)
    {
        file.ReadExactly(prefix);
        return BinaryPrimitives.ReadInt64LittleEndian(prefix);
    }

    private static JsonObject Header(string path, byte[] text)
    {
        try
        {
            return JsonNode.Parse(text) as JsonObject ?? throw Damaged(path, "its header is not an object");
        }
        catch (JsonException error)
        {
            throw Damaged(path, error.Message);
        }
    }

    private static (long Start, int Length) Place(string path, JsonObject header, NamedTensor tensor)
    {
        if (header[tensor.Name] is not JsonObject entry)
            throw new UserErrorException(ErrorKind.WrongUsage, $"the checkpoint has no {tensor.Name}") { Where = path, Next = "is it of another model? Give another --checkpoint to start anew" };
        var shape = entry["shape"]!.AsArray().Select(size => (long)size!).ToArray();
        if ((string?)entry["dtype"] != Safetensors.TypeName(tensor.Tensor.ScalarType) || !tensor.Tensor.Shape.SequenceEqual(shape))
            throw new UserErrorException(ErrorKind.WrongUsage, $"{tensor.Name} is [{string.Join(", ", shape)}] in the checkpoint and [{string.Join(", ", tensor.Tensor.Shape.ToArray())}] in the model") { Where = path };
        var (start, end) = ((long)entry["data_offsets"]![0]!, (long)entry["data_offsets"]![1]!);
        return (start, (int)(end - start));
    }

    private static UserErrorException Damaged(string path, string how) => new(ErrorKind.WrongUsage, $"the checkpoint is damaged: {how}")
    {
        Where = path,
        Next = "remove it to start anew",
    };

    private static void Fill(Tensor tensor, ReadOnlySpan<byte> bytes)
    {
        var source = tensor.ScalarType == ScalarType.Bool
            ? Aten.FromArray(MemoryMarshal.Cast<byte, bool>(bytes).ToArray(), tensor.Shape)
            : Aten.FromArray(MemoryMarshal.Cast<byte, float>(bytes).ToArray(), tensor.Shape);
        Aten.CopyInPlace(tensor, source);
    }
}
