namespace SparseProf.Workloads.Data.Corpus;

/// <summary>A corpus as tokens, each document ended by <see cref="BytePairEncoding.EndOfDocument"/>.</summary>
/// <param name="Encoding">What made the tokens, and spells them.</param>
public sealed record TokenizedCorpus(BytePairEncoding Encoding, ushort[] Train, ushort[] Validation)
{
    /// <summary>Learns the tokens from the training documents, and writes both parts in them.</summary>
    public static TokenizedCorpus Of(CorpusText corpus, int vocabulary)
    {
        var encoding = BytePairEncoding.Learn(corpus.Train.Select(document => document.Text), vocabulary);
        return new TokenizedCorpus(encoding, Encode(encoding, corpus.Train), Encode(encoding, corpus.Validation));
    }

    private static ushort[] Encode(BytePairEncoding encoding, IReadOnlyList<Document> documents)
    {
        var tokens = new List<int>();
        foreach (var document in documents)
        {
            encoding.Encode(document.Text, tokens);
            tokens.Add(encoding.EndOfDocument);
        }

        return [.. tokens.Select(token => (ushort)token)];
    }
}
