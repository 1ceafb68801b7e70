using System.CommandLine;
using System.Globalization;
using SparseProf.CostModel.Hardware;
using SparseProf.Ops.Errors;

namespace SparseProf.Cli.Commands;

/// <summary>Region, site and prices, for commands that tell cost and carbon.</summary>
internal sealed class CostOptions
{
    private readonly Option<string?> _region = new("--region") { Description = "Whose electricity, for carbon: France, United States…", HelpName = "NAME" };
    private readonly Option<double?> _pue = new("--pue") { Description = "Energy of the site over energy of its computers. Default: the industry's average of 2023.", HelpName = "X" };
    private readonly Option<string[]> _prices = new("--price") { Description = "A device's price, ID=USD_PER_HOUR; may be given several times.", HelpName = "ID=USD", AllowMultipleArgumentsPerToken = true };

    public IEnumerable<Option> All => [_region, _pue, _prices];

    /// <exception cref="UserErrorException">An unknown region, or a PUE below 1.</exception>
    public (Region? Region, Pue Pue) Read(ParseResult parsed)
    {
        if (parsed.GetValue(_pue) is { } given && !(given is >= 1 and <= 3))
            throw new UserErrorException(ErrorKind.WrongUsage, $"{given:G} is out of range") { Where = "--pue", Allowed = "1 to 3 energy of the site over energy of its computers" };
        return (parsed.GetValue(_region) is { } region ? Regions.Find(region) : null, parsed.GetValue(_pue) is { } pue ? new(pue, "given") : Pue.Default);
    }

    /// <summary>The profiles, with prices replaced where others were given.</summary>
    public HardwareProfile[] Priced(ParseResult parsed, IEnumerable<HardwareProfile> given)
    {
        var profiles = given.ToArray();
        foreach (var price in parsed.GetValue(_prices) ?? [])
        {
            var parts = price.Split('=');
            if (parts.Length != 2 || !double.TryParse(parts[1], NumberStyles.Float, CultureInfo.InvariantCulture, out var value) || !(value is > 0 and < 1e5))
                throw new UserErrorException(ErrorKind.WrongUsage, $"'{price}' is not a price") { Where = "--price", Allowed = "ID=USD_PER_HOUR, such as nvidia-l4=0.70" };
            var at = Array.FindIndex(profiles, profile => profile.Id == parts[0]);
            if (at < 0)
                throw Suggestion.UnknownName("profile", parts[0], [.. profiles.Select(profile => profile.Id)], "--price");
            profiles[at] = profiles[at] with { Numbers = new Dictionary<string, Fact>(profiles[at].Numbers) { ["price_usd_per_hour"] = new(value, "one_source", ["--price"]) } };
        }

        return profiles;
    }
}
