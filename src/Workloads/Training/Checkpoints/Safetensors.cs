using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using SparseProf.Ops.Errors;
using SparseProf.Torch;
using SparseProf.Workloads.Modules;

namespace SparseProf.Workloads.Training.Checkpoints;

/// <summary>
/// Tensors by name in one file, in the safetensors format (header length, JSON header, data), so that other programs read
/// it too. The header's metadata holds the SHA-256 of the data.
/// </summary>
internal static class Safetensors
{
    private const string Metadata = "__metadata__";
    private const string Sum = "sha256";
    private const int LengthBytes = sizeof(long);

    public static void Write(Stream output, IReadOnlyList<NamedTensor> tensors, IReadOnlyDictionary<string, string> metadata)
    {
        using var scope = TensorScope.Enter();
        var data = tensors.Select(tensor => Bytes(tensor.Tensor.OnCpu())).ToList();
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        data.ForEach(hash.AppendData);
        var described = new JsonObject(metadata.Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)pair.Value))) { [Sum] = Convert.ToHexStringLower(hash.GetHashAndReset()) };
        var header = new JsonObject { [Metadata] = described };
        var start = 0L;
        for (var i = 0; i < tensors.Count; i++)
        {
            header[tensors[i].Name] = new JsonObject
            {
                ["dtype"] = TypeName(tensors[i].Tensor.ScalarType),
                ["shape"] = new JsonArray([.. tensors[i].Tensor.Shape.ToArray().Select(size => (JsonNode)size)]),
                ["data_offsets"] = new JsonArray(start, start += data[i].Length),
            };
        }

        var text = JsonSerializer.SerializeToUtf8Bytes(header);
        Span<byte> length = stackalloc byte[LengthBytes];
        BinaryPrimitives.WriteInt64LittleEndian(length, text.Length);
        output.Write(length);
        output.Write(text);
        data.ForEach(bytes => output.Write(bytes));
    }

    /// <summary>Reads the metadata, and each tensor's bytes into the tensor of that name; names and shapes must agree.</summary>
    /// <param name="check">Sees the metadata before any tensor is changed.</param>
    /// <exception cref="UserErrorException">The file is damaged or holds other tensors.</exception>
    public static void Read(string path, IReadOnlyList<NamedTensor> tensors, Action<JsonObject> check)
    {
        var bytes = File.ReadAllBytes(path);
        var header = Header(path, bytes, out var data);
        var metadata = header[Metadata] as JsonObject ?? throw Damaged(path, "it has no metadata");
        check(metadata);
        if (Convert.ToHexStringLower(SHA256.HashData(bytes.AsSpan(data))) != (string?)metadata[Sum])
            throw Damaged(path, "its data are not what was written");
        var places = tensors.Select(tensor => Place(path, header, tensor)).ToList();
        using var scope = TensorScope.Enter();
        using var noGrad = Autograd.NoGrad();
        for (var i = 0; i < tensors.Count; i++)
            Fill(tensors[i].Tensor, bytes.AsSpan(data + places[i].Start, places[i].Length));
    }

    private static JsonObject Header(string path, byte[] bytes, out int data)
    {
        var length = bytes.Length < LengthBytes ? -1 : BinaryPrimitives.ReadInt64LittleEndian(bytes);
        if (length <= 0 || length > bytes.Length - LengthBytes)
            throw Damaged(path, $"it ends after {bytes.Length} bytes");
        data = LengthBytes + (int)length;
        try
        {
            return JsonNode.Parse(bytes.AsSpan(LengthBytes, (int)length)) as JsonObject ?? throw Damaged(path, "its header is not an object");
        }
        catch (JsonException error)
        {
            throw Damaged(path, error.Message);
        }
    }

    private static (int Start, int Length) Place(string path, JsonObject header, NamedTensor tensor)
    {
        if (header[tensor.Name] is not JsonObject entry)
            throw new UserErrorException(ErrorKind.WrongUsage, $"the checkpoint has no {tensor.Name}") { Where = path, Next = "is it of another model? Give another --checkpoint to start anew" };
        var shape = entry["shape"]!.AsArray().Select(size => (long)size!).ToArray();
        if ((string?)entry["dtype"] != TypeName(tensor.Tensor.ScalarType) || !tensor.Tensor.Shape.SequenceEqual(shape))
            throw new UserErrorException(ErrorKind.WrongUsage, $"{tensor.Name} is [{string.Join(", ", shape)}] in the checkpoint and [{string.Join(", ", tensor.Tensor.Shape.ToArray())}] in the model") { Where = path };
        var (start, end) = ((int)entry["data_offsets"]![0]!, (int)entry["data_offsets"]![1]!);
        return (start, end - start);
    }

    private static UserErrorException Damaged(string path, string how) => new(ErrorKind.WrongUsage, $"the checkpoint is damaged: {how}")
    {
        Where = path,
        Next = "remove it to start anew",
    };

    private static byte[] Bytes(Tensor tensor) => tensor.ScalarType switch
    {
        ScalarType.Float32 => MemoryMarshal.AsBytes(tensor.Data<float>()).ToArray(),
        ScalarType.Bool => MemoryMarshal.AsBytes(tensor.Data<bool>()).ToArray(),
        _ => throw new NotSupportedException($"{tensor} is not kept in checkpoints"),
    };

    private static void Fill(Tensor tensor, ReadOnlySpan<byte> bytes)
    {
        var source = tensor.ScalarType == ScalarType.Bool
            ? Aten.FromArray(MemoryMarshal.Cast<byte, bool>(bytes).ToArray(), tensor.Shape)
            : Aten.FromArray(MemoryMarshal.Cast<byte, float>(bytes).ToArray(), tensor.Shape);
        Aten.CopyInPlace(tensor, source);
    }

    private static string TypeName(ScalarType type) => type == ScalarType.Bool ? "BOOL" : "F32";
}
