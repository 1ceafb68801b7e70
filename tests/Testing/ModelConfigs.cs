namespace SparseProf.Testing;

/// <summary>Hugging Face configs of published models, cut to what says sizes.</summary>
public static class ModelConfigs
{
    /// <summary>Parameters in total and for one token as their publishers count them; the same where every parameter serves every token.</summary>
    public static IReadOnlyList<(string Name, double Total, double Active)> Published { get; } =
    [
        ("bert-base", 109.5e6, 109.5e6),
        ("gpt2", 124.4e6, 124.4e6),
        ("opt-1.3b", 1.316e9, 1.316e9),
        ("llama-2-7b", 6.738e9, 6.738e9),
        ("llama-3-8b", 8.030e9, 8.030e9),
        ("mistral-7b", 7.242e9, 7.242e9),
        ("mixtral-8x7b", 46.70e9, 12.88e9),
        ("qwen2-7b", 7.616e9, 7.616e9),
        ("qwen3-8b", 8.191e9, 8.191e9),
        ("qwen1.5-moe-a2.7b", 14.32e9, 2.69e9),
        ("qwen3-30b-a3b", 30.53e9, 3.35e9),
        ("deepseek-v2-lite", 15.71e9, 2.66e9),
        ("t5-base", 222.9e6, 222.9e6),
        ("switch-base-8", 619e6, 222.9e6),
        ("vit-base", 86.57e6, 86.57e6),
    ];

    public static string Path(string name) => System.IO.Path.Combine(SharedData.RepositoryRoot, "tests", "Testing", "Configs", $"{name}.json");
}
