using SparseProf.Ops.Errors;

namespace SparseProf.Ops.Tests;

public class SuggestionTests
{
    [Fact]
    public void A_misspelt_name_finds_the_known_one() =>
        Assert.Equal("parameters", Suggestion.Nearest("paramters", ["tokens", "parameters", "loss"]));

    [Fact]
    public void A_name_that_resembles_none_finds_none() =>
        Assert.Null(Suggestion.Nearest("temperature", ["tokens", "loss"]));

    [Fact]
    public void An_unknown_name_is_told_with_what_is_allowed()
    {
        var error = Suggestion.UnknownName("dtype", "fp31", ["fp32", "bf16"], "--dtype");

        Assert.Equal("unknown dtype 'fp31'", error.Message);
        Assert.Equal("--dtype", error.Where);
        Assert.Equal("fp32, bf16", error.Allowed);
        Assert.Equal("did you mean 'fp32'?", error.Next);
    }
}
