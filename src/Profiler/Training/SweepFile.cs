using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using SparseProf.Ops.Architectures;
using SparseProf.Ops.Errors;
using SparseProf.Workloads.Data;
using SparseProf.Workloads.Data.Corpus;
using SparseProf.Workloads.Sparsity;

namespace SparseProf.Profiler.Training;

/// <summary>A grid of language models: every model with every number of tokens and every sparsity.</summary>
public sealed record SweepFile
{
    public const string Default = "default";

    // Beyond what anybody trains, and below what cannot be counted.
    private const int MostLayers = 1000;
    private const int LargestWidth = 1 << 16;
    private const double MostTokens = 1e15;

    private static readonly JsonSerializerOptions s_options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        AllowTrailingCommas = true,
        ReadCommentHandling = JsonCommentHandling.Skip,
    };

    /// <summary>Sizes; the feed-forward width is four times the width, heads are 16 wide.</summary>
    public required IReadOnlyList<SweepModel> Models { get; init; }

    /// <summary>D: tokens that each model sees.</summary>
    public required IReadOnlyList<double> Tokens { get; init; }

    /// <summary>S: shares of the block weights that are zero, 0 for dense.</summary>
    public required IReadOnlyList<double> Sparsity { get; init; }

    /// <summary>How weights become sparse: static, rigl, set, gradual, magnitude.</summary>
    public string Method { get; init; } = "gradual";

    public int Vocabulary { get; init; } = 512;

    public int Sequence { get; init; } = 64;

    public int Batch { get; init; } = 16;

    public double LearningRate { get; init; } = 1e-2;

    /// <summary>Width on which the learning rate was found; SμPar carries it to the others.</summary>
    public int BaseWidth { get; init; } = 64;

    public IReadOnlyList<long> Seeds { get; init; } = [0];

    /// <param name="path">A file, or <see cref="Default"/>.</param>
    /// <exception cref="UserErrorException">No such file, or not a sweep; the message says where.</exception>
    public static SweepFile Read(string path)
    {
        try
        {
            var text = path == Default ? BuiltIn() : File.ReadAllText(path);
            var sweep = JsonSerializer.Deserialize<SweepFile>(text, s_options) ?? throw new JsonException("the file is null");
            sweep.Check(path);
            return sweep;
        }
        catch (JsonException error)
        {
            throw new UserErrorException(ErrorKind.WrongUsage, $"the sweep cannot be read: {Plain(error)}", error)
            {
                Where = error.LineNumber is { } line ? $"{path}:{line + 1}:{error.BytePositionInLine + 1}" : path,
                Allowed = "{\"models\": [{\"width\": 64, \"layers\": 2}], \"tokens\": [1e6], \"sparsity\": [0, 0.5]}; further: method, vocabulary, sequence, batch, learning_rate, base_width, seeds",
            };
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new UserErrorException(ErrorKind.WrongUsage, $"the sweep cannot be read: {(Directory.Exists(path) ? "it is a folder" : error.Message)}", error) { Where = path.Length == 0 ? "--sweep" : path, Next = "name a JSON file, or 'default'" };
        }
    }

    // The reader's messages name types of the program.
    private static string Plain(JsonException error) => error.Message switch
    {
        var message when message.Contains("could not be mapped", StringComparison.Ordinal) => $"unknown key '{message.Split('\'')[1]}'",
        var message when message.Contains("could not be converted", StringComparison.Ordinal) => $"{error.Path?[Math.Min(error.Path.Length, 2)..]} is not of the kind that is allowed there",
        var message when message.Contains("missing required properties", StringComparison.Ordinal) => $"it lacks {message.Split(": ")[^1].Split('.')[0]}",
        var message => message.Split(" Path:")[0].Split(" LineNumber:")[0],
    };

    private static string BuiltIn()
    {
        using var reader = new StreamReader(typeof(SweepFile).Assembly.GetManifestResourceStream("default-sweep.json")!);
        return reader.ReadToEnd();
    }

    /// <param name="path">Where the sweep stands, for errors.</param>
    /// <exception cref="UserErrorException">An axis is empty or a value out of range.</exception>
    public void Check(string path)
    {
        Bounds.AtLeast(Batch, Of("batch"), 1);
        Bounds.AtLeast(Sequence, Of("sequence"), DataOptions.ShortestSequence);
        Bounds.AtLeast(BaseWidth, Of("base_width"), 1);
        Bounds.Positive(LearningRate, Of("learning_rate"), 1e30);
        Bounds.Within(Vocabulary, Of("vocabulary"), TextCorpus.SmallestVocabulary, TextCorpus.LargestVocabulary);
        Axis(Models, "models", (model, where) => Size(model, where));
        Axis(Tokens, "tokens", (tokens, where) => Bounds.Within(tokens, where, (double)Batch * Sequence, MostTokens));
        Axis(Sparsity, "sparsity", (sparsity, where) => Bounds.Share(sparsity, where));
        Axis(Seeds, "seeds", (_, _) => { });
        if (SparseMethods.Parse(Method ?? "", Of("method")) is SparseMethod.Dense or SparseMethod.SrSte && Sparsity.Any(share => share > 0))
            throw new UserErrorException(ErrorKind.WrongUsage, $"{Method} has no sparsity to choose") { Where = Of("method"), Allowed = "static, magnitude, gradual, set, rigl" };

        string Of(string key) => $"{path}, {key}";

        void Axis<T>(IReadOnlyList<T>? values, string key, Action<T, string> check)
        {
            if (values is not { Count: > 0 })
                throw new UserErrorException(ErrorKind.WrongUsage, $"{key} is empty") { Where = Of(key), Allowed = "a list of one value or more" };
            for (var i = 0; i < values.Count; i++)
                check(values[i], $"{Of(key)}[{i}]");
        }
    }

    private static void Size(SweepModel? model, string where)
    {
        if (model is not { Layers: >= 1 and <= MostLayers, Width: >= SweepModel.HeadWidth and <= LargestWidth } || model.Width % SweepModel.HeadWidth != 0)
        {
            throw new UserErrorException(ErrorKind.WrongUsage, model is null ? "there is no model" : $"no model is {model.Width} wide with {model.Layers} layers")
            {
                Where = where,
                Allowed = $"a width that is a multiple of {SweepModel.HeadWidth}, up to {LargestWidth}, and 1 to {MostLayers} layers",
            };
        }
    }
}

/// <summary>One size of a sweep's models.</summary>
public sealed record SweepModel(int Width, int Layers)
{
    public const int HeadWidth = 16;

    public DecoderConfig Config(int vocabulary, int sequence) => new()
    {
        Layers = Layers,
        Width = Width,
        Heads = Width / HeadWidth,
        FfnWidth = 4 * Width,
        Vocabulary = vocabulary,
        Tokens = sequence,
    };
}
