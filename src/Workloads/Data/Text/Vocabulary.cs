using System.Text;
using SparseProf.Ops.Errors;

namespace SparseProf.Workloads.Data.Text;

/// <summary>Tokens by number, as BERT's vocab.txt lists them: one a line, the first is 0.</summary>
public sealed class Vocabulary
{
    public const string Padding = "[PAD]";

    public const string Unknown = "[UNK]";

    public const string Start = "[CLS]";

    public const string End = "[SEP]";

    public const string Mask = "[MASK]";

    private readonly Dictionary<string, int> _numbers;
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _lookup;

    /// <exception cref="UserErrorException">A special token is missing, or a token stands twice.</exception>
    public Vocabulary(IReadOnlyList<string> tokens, string? where = null)
    {
        Tokens = tokens;
        _numbers = new Dictionary<string, int>(tokens.Count);
        for (var i = 0; i < tokens.Count; i++)
        {
            if (!_numbers.TryAdd(tokens[i], i))
            {
                throw new UserErrorException(ErrorKind.WrongUsage, $"the vocabulary holds '{tokens[i]}' twice, as {_numbers[tokens[i]]} and {i}")
                {
                    Where = where is null ? null : $"{where}:{i + 1}",
                    Next = "delete one of the two lines, or take the vocab.txt that the model was made with",
                };
            }
        }

        _lookup = _numbers.GetAlternateLookup<ReadOnlySpan<char>>();
        foreach (var special in (ReadOnlySpan<string>)[Unknown, Padding, Start, End])
        {
            if (!_numbers.ContainsKey(special))
            {
                throw new UserErrorException(ErrorKind.WrongUsage, $"the vocabulary has no {special}")
                {
                    Where = where,
                    Allowed = $"one token a line, {Unknown}, {Padding}, {Start} and {End} among them, as in BERT's vocab.txt",
                    Next = "use the vocab.txt of bert-base-uncased, or none: one is then learned from the training sentences",
                };
            }
        }

        (UnknownToken, PaddingToken) = (_numbers[Unknown], _numbers[Padding]);
        (StartToken, EndToken) = (_numbers[Start], _numbers[End]);
    }

    public IReadOnlyList<string> Tokens { get; }

    public int Count => Tokens.Count;

    public int UnknownToken { get; }

    public int PaddingToken { get; }

    public int StartToken { get; }

    public int EndToken { get; }

    /// <exception cref="UserErrorException">No such file, or not a vocabulary.</exception>
    public static Vocabulary Read(string path)
    {
        if (!File.Exists(path))
            throw new UserErrorException(ErrorKind.WrongUsage, "the vocabulary does not exist") { Where = path };
        return new Vocabulary([.. File.ReadAllLines(path, Encoding.UTF8).Select(line => line.TrimEnd())], path);
    }

    public bool TryFind(ReadOnlySpan<char> token, out int number) => _lookup.TryGetValue(token, out number);
}
