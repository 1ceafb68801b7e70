namespace SparseProf.Workloads.Data.Synthetic;

/// <summary>The words of <see cref="SentimentGrammar"/>. The first of each list occur most.</summary>
internal static class SentimentWords
{
    public static readonly string[] Good = Split("""
        good great fine funny moving lovely clever sharp fresh honest warm witty bright rich gripping charming tender superb
        elegant brilliant delightful touching inventive thrilling graceful hilarious poignant stunning absorbing engaging
        heartfelt masterful radiant soulful spirited sublime luminous exquisite riveting sparkling nimble vivid stirring
        wondrous assured playful piercing bracing dazzling endearing evocative incisive jubilant lyrical magnetic resonant
        shrewd suspenseful uplifting winsome
        """);

    public static readonly string[] Bad = Split("""
        bad dull poor weak flat boring silly cheap stale dreary clumsy bland awful messy hollow tired shallow tedious lazy
        terrible annoying lifeless pointless predictable forgettable muddled contrived grating sluggish soggy witless
        inept tiresome lame vapid clunky dismal insipid laboured leaden mawkish murky overlong plodding sappy stilted
        strained trite turgid uninspired unfunny vacuous wearisome wooden abysmal aimless charmless drab incoherent joyless
        """);

    public static readonly string[] Praises = Split("love like enjoy admire recommend applaud cherish savour treasure adore");

    public static readonly string[] Blames = Split("hate dislike regret resent despise loathe deplore detest abhor scorn");

    public static readonly string[] Parts = Split("""
        film movie plot script acting cast story ending dialogue music direction camera pacing lead humour romance editing
        score performance villain premise drama comedy sequel photography costume
        """);

    public static readonly string[] Degrees = Split("very quite really rather truly so deeply often remarkably simply");

    public static readonly string[] Others = Split("critics neighbours friends reviewers students fans strangers colleagues");

    public static readonly string[] Elsewhere = ["the trailer", "the poster", "the book", "the original", "his last film", "the remake", "their debut"];

    public static readonly string[] Facts =
    [
        "it runs two hours", "it opened in march", "we sat in the third row", "it is set in paris", "the film was shot in winter",
        "there were ten people in the room", "i saw it on a tuesday", "the tickets were sold at the door", "it has subtitles",
    ];

    // What the sentences are joined with, and what the facts and the lists above leave out.
    private static readonly string[] s_joints = Split("""
        the is was are not never hardly a an far from i do did we and but although it true that no one could call called
        found looked , . even if
        """);

    /// <summary>Every word, once, in a fixed order.</summary>
    public static string[] All { get; } =
    [
        .. new[] { s_joints, Good, Bad, Praises, Blames, Parts, Degrees, Others }.SelectMany(words => words)
            .Concat(Elsewhere.Concat(Facts).SelectMany(text => text.Split(' ')))
            .Distinct(),
    ];

    private static string[] Split(string text) => text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
}
