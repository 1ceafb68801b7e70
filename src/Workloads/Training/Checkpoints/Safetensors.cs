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
/// it too. The header's metadata holds the SHA-256 of the whole file, taken with zeros in its own place.
/// </summary>
internal static class Safetensors
{
    internal const string MetadataKey = "__metadata__";
    internal const string Sum = "sha256_of_file";
    internal static readonly string NoSum = new('0', 2 * SHA256.HashSizeInBytes);
    internal const int LengthBytes = sizeof(long);

    public static void Write(Stream output, IReadOnlyList<NamedTensor> tensors, IReadOnlyDictionary<string, string> metadata)
    {
        using var scope = TensorScope.Enter();
        var data = tensors.Select(tensor => Bytes(tensor.Tensor.OnCpu())).ToList();
        var described = new JsonObject(metadata.Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)pair.Value))) { [Sum] = NoSum };
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
        Encoding.ASCII.GetBytes(Convert.ToHexStringLower(hash.GetHashAndReset())).CopyTo(text, text.AsSpan().IndexOf(Encoding.ASCII.GetBytes(NoSum)));
        output.Write(length);
        output.Write(text);
        data.ForEach(bytes => output.Write(bytes));
    }

    private static byte[] Bytes(Tensor tensor) => tensor.ScalarType switch
    {
        ScalarType.Float32 => MemoryMarshal.AsBytes(tensor.Data<float>()).ToArray(),
        ScalarType.Bool => MemoryMarshal.AsBytes(tensor.Data<bool>()).ToArray(),
        _ => throw new NotSupportedException($"{tensor} is not kept in checkpoints"),
    };

    internal static string TypeName(ScalarType type) => type == ScalarType.Bool ? "BOOL" : "F32";
}
