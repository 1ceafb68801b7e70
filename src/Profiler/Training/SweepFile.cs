using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using SparseProf.Ops.Architectures;
using SparseProf.Ops.Errors;
using SparseProf.Workloads.Data.Corpus;
using SparseProf.Workloads.Sparsity;

namespace SparseProf.Profiler.Training;

/// <summary>A grid of language models: every model with every number of tokens and every sparsity.</summary>
public sealed record SweepFile
{
    public const string Default = "default";

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
            throw new UserErrorException(ErrorKind.WrongUsage, $"the sweep cannot be read: {error.Message.Split(" Path:")[0].Split(" LineNumber:")[0]}", error)
            {
                Where = error.LineNumber is { } line ? $"{path}:{line + 1}:{error.BytePositionInLine + 1}" : path,
                Allowed = "{\"models\": [{\"width\": 64, \"layers\": 2}], \"tokens\": [1e6], \"sparsity\": [0, 0.5]}; further: method, vocabulary, sequence, batch, learning_rate, base_width, seeds",
            };
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException(ErrorKind.WrongUsage, $"the sweep cannot be read: {error.Message}", error) { Where = path, Next = "name a JSON file, or 'default'" };
        }
    }

    private static string BuiltIn()
    {
        using var reader = new StreamReader(typeof(SweepFile).Assembly.GetManifestResourceStream("default-sweep.json")!);
        return reader.ReadToEnd();
    }

    /// <param name="path">Where the sweep stands, for errors.</param>
    /// <exception cref="UserErrorException">An axis is empty or a value out of range.</exception>
    public void Check(string path)
    {
        Require(Models.Count > 0 && Tokens.Count > 0 && Sparsity.Count > 0 && Seeds.Count > 0, "an axis of the grid is empty", "at least one model, one number of tokens, one sparsity, one seed");
        Require(Models.All(model => model is { Layers: > 0, Width: > 0 } && model.Width % SweepModel.HeadWidth == 0), "a model has no usable size", $"layers of 1 or more, widths that are multiples of {SweepModel.HeadWidth}");
        Require(Batch > 0 && Sequence > 0 && BaseWidth > 0, "batch, sequence or base_width is not positive", "1 or more");
        Require(double.IsFinite(LearningRate) && LearningRate > 0, string.Create(CultureInfo.InvariantCulture, $"nothing is learned at the learning rate {LearningRate}"), "a number above 0");
        Require(Tokens.All(tokens => tokens >= (double)Batch * Sequence && double.IsFinite(tokens)), "a training has fewer tokens than one batch, or no end", string.Create(CultureInfo.InvariantCulture, $"{(double)Batch * Sequence} tokens or more"));
        Require(Sparsity.All(sparsity => sparsity is >= 0 and < 1), "a sparsity is out of range", "0 (dense) up to, but not including, 1");
        Require(Vocabulary is >= TextCorpus.SmallestVocabulary and <= TextCorpus.LargestVocabulary, string.Create(CultureInfo.InvariantCulture, $"a vocabulary of {Vocabulary} tokens cannot be learned"), $"{TextCorpus.SmallestVocabulary} (256 bytes, one learned token, the end of a document) to {TextCorpus.LargestVocabulary}");
        SparseMethods.Parse(Method, path);

        void Require(bool holds, string what, string allowed)
        {
            if (!holds)
                throw new UserErrorException(ErrorKind.WrongUsage, what) { Where = path, Allowed = allowed };
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
