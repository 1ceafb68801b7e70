using System.Text.Json;
using System.Text.Json.Nodes;
using SparseProf.CostModel.Scaling.Advice;
using SparseProf.CostModel.Scaling.Data;
using SparseProf.CostModel.Scaling.Laws;
using SparseProf.Ops.Errors;

namespace SparseProf.CostModel.Scaling;

/// <summary>Reads what <c>fit scaling --out</c> wrote; also a document written by hand with just a law and its parameters.</summary>
public static class FitReader
{
    /// <exception cref="UserErrorException">The file is missing, is not such a document, or lacks a parameter of its law.</exception>
    public static SavedFit Read(string path)
    {
        var document = Parse(path);
        try
        {
            return Interpret(document, path);
        }
        catch (Exception wrong) when (wrong is InvalidOperationException or FormatException or ArgumentException or KeyNotFoundException)
        {
            throw Problem(path, $"the fit is not as expected: {wrong.Message.Split('\n')[0]}");
        }
    }

    private static JsonObject Parse(string path)
    {
        try
        {
            return JsonNode.Parse(File.ReadAllText(path)) as JsonObject ?? throw Problem(path, "the file is not a JSON object");
        }
        catch (JsonException broken)
        {
            throw new UserErrorException(ErrorKind.WrongUsage, "the file is not valid JSON", broken)
            {
                Where = $"{path}:{broken.LineNumber + 1}",
                Next = "write it anew with 'sparseprof fit scaling --out FILE'",
            };
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException(ErrorKind.WrongUsage, $"cannot open the fit: {unreadable.Message}", unreadable) { Where = path, Next = "check the path" };
        }
    }

    private static SavedFit Interpret(JsonObject document, string path)
    {
        var name = document["law"]?.GetValue<string>() ?? throw Problem(path, "the document names no law");
        if (name == "auto")
            throw Problem(path, "the comparison of laws abstained, so the file holds no fit", "fit one law by name, with --law");
        var law = ScalingLaws.Find(name);
        var given = document["parameters"] as JsonObject ?? throw Problem(path, "the document has no parameters");
        var parameters = law.ParameterNames.Select(parameter => Value(given[parameter])).ToArray();
        if (double.IsNaN(parameters[0]) && law is AdditiveLaw)
            throw Problem(path, $"the parameter '{law.ParameterNames[0]}' of the law '{name}' is missing");
        var convention = Enum.TryParse<ParameterConvention>(document["n"]?.GetValue<string>(), ignoreCase: true, out var stated) ? stated : ParameterConvention.Unstated;
        var draws = document["draws"]?["values"] is JsonArray values
            ? values.Select(row => row!.AsArray().Select(Value).ToArray()).ToList()
            : [];
        if (draws.Exists(draw => draw.Length != parameters.Length))
            throw Problem(path, "a resample has another number of values than the law has parameters");
        return new SavedFit(law, convention, parameters, draws, Range(document["range"] as JsonObject))
        {
            NotIdentified = document["identifiability"]?["not_identified"] is JsonArray lost ? [.. lost.Select(text => text!.GetValue<string>())] : [],
        };
    }

    /// <summary>A number, or the value of an estimate; NaN where null.</summary>
    private static double Value(JsonNode? node) => node switch
    {
        null => double.NaN,
        JsonObject estimate => Value(estimate["value"]),
        _ => node.GetValue<double>(),
    };

    private static DataRange? Range(JsonObject? range) => range is null ? null : new DataRange(
        Pair(range["parameters"]!),
        range["tokens"] is { } tokens ? Pair(tokens) : null,
        Pair(range["sparsity"]!),
        Value(range["compute"]));

    private static (double Low, double High) Pair(JsonNode pair) => (pair[0]!.GetValue<double>(), pair[1]!.GetValue<double>());

    private static UserErrorException Problem(string path, string what, string? next = null) => new(ErrorKind.WrongUsage, what)
    {
        Where = path,
        Allowed = "a document that 'sparseprof fit scaling --out FILE' wrote",
        Next = next,
    };
}
