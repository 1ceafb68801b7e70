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
/// Tensors by name in one file, in the safetensors format (header length, JSON header, data), so that other programs read
/// it too. The header's metadata holds the SHA-256 of the whole file, taken with zeros in its own place; files of before hold
/// that of the data alone.
/// </summary>
internal static class Safetensors
{
    private const string MetadataKey = "__metadata__";
    private const string Sum = "sha256_of_file";
    private const string SumOfData = "sha256";
    private static readonly string s_noSum = new('0', 2 * SHA256.HashSizeInBytes);
    private const int LengthBytes = sizeof(long);

    public static void Write(Stream output, IReadOnlyList<NamedTensor> tensors, IReadOnlyDictionary<string, string> metadata)
    {
        using var scope = TensorScope.Enter();
        var data = tensors.Select(tensor => Bytes(tensor.Tensor.OnCpu())).ToList();
        var described = new JsonObject(metadata.Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)pair.Value))) { [Sum] = s_noSum };
        var header = new JsonObject { [MetadataKey] = described };
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
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(length);
        hash.AppendData(text);
        data.ForEach(hash.AppendData);
        Encoding.ASCII.GetBytes(Convert.ToHexStringLower(hash.GetHashAndReset())).CopyTo(text, PlaceOf(text, s_noSum));
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
        check(Sound(path, header, bytes, data));
        var places = tensors.Select(tensor => Place(path, header, tensor)).ToList();
        using var scope = TensorScope.Enter();
        using var noGrad = Autograd.NoGrad();
        for (var i = 0; i < tensors.Count; i++)
            Fill(tensors[i].Tensor, bytes.AsSpan(data + places[i].Start, places[i].Length));
    }

    // A damaged header may be JSON and yet hold a name twice or bytes that are no text.
    private static JsonObject Sound(string path, JsonObject header, byte[] bytes, int data)
    {
        try
        {
            var metadata = header[MetadataKey] as JsonObject ?? throw Damaged(path, "it has no metadata");
            CheckSum(path, bytes, data, metadata);
            return metadata;
        }
        catch (Exception broken) when (broken is ArgumentException or InvalidOperationException)
        {
            throw Damaged(path, broken.Message);
        }
    }

    private static void CheckSum(string path, byte[] bytes, int data, JsonObject metadata)
    {
        if (Text(metadata, Sum) is { Length: > 0 } whole)
        {
            var place = PlaceOf(bytes.AsSpan(0, data), whole);
            var emptied = bytes.ToArray();
            Encoding.ASCII.GetBytes(s_noSum).AsSpan(0, Math.Min(whole.Length, s_noSum.Length)).CopyTo(emptied.AsSpan(Math.Max(place, 0)));
            if (place < 0 || Convert.ToHexStringLower(SHA256.HashData(emptied)) != whole)
                throw Damaged(path, "it is not what was written");
        }
        else if (Convert.ToHexStringLower(SHA256.HashData(bytes.AsSpan(data))) != Text(metadata, SumOfData))
        {
            throw Damaged(path, "its data are not what was written");
        }
    }

    private static string? Text(JsonObject metadata, string name) => metadata[name] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    private static int PlaceOf(ReadOnlySpan<byte> bytes, string text) => bytes.IndexOf(Encoding.ASCII.GetBytes(text));

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
