using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Numerics;
using SparseProf.Ops.Errors;

namespace SparseProf.Cli;

/// <summary>What the parser refuses, and what it should, as errors in the words of the others.</summary>
internal static class ParseErrors
{
    /// <summary>The first thing that is wrong with the arguments; null where nothing is.</summary>
    public static UserErrorException? Find(ParseResult parsed)
    {
        if (parsed.Errors.Count == 0)
            return parsed.CommandResult.Children.Select(result => Empty(result, parsed) ?? StrangeNumber(result, parsed)).FirstOrDefault(error => error is not null);
        if (parsed.Errors[0].SymbolResult is { Tokens: [var token] } result && TypeOf(result) is { } type && Describe(type) is { } allowed)
            return NotOfType(token.Value, NameOf(result), allowed, parsed);
        var command = parsed.CommandResult.Command;
        var strange = parsed.UnmatchedTokens is [var first, ..] ? first : null;
        var known = command.Options.Select(option => option.Name).Concat(command.Subcommands.Select(sub => sub.Name));
        return new UserErrorException(ErrorKind.WrongUsage, string.Join(" ", parsed.Errors.Select(error => error.Message)))
        {
            Next = strange is not null && Suggestion.Nearest(strange, known) is { } nearest ? $"did you mean '{nearest}'? {Help(parsed)}" : Help(parsed),
        };
    }

    /// <summary>Where the options of the command that was named are listed.</summary>
    public static string Help(ParseResult parsed) => $"'{CommandPath(parsed)} --help' lists what is allowed";

    public static string CommandPath(ParseResult parsed)
    {
        var names = new List<string>();
        for (SymbolResult? result = parsed.CommandResult; result is CommandResult command; result = command.Parent)
            names.Insert(0, command.Command is RootCommand ? "sparseprof" : command.Command.Name);
        return string.Join(' ', names);
    }

    // Such as "$UNSET" of a shell.
    private static UserErrorException? Empty(SymbolResult result, ParseResult parsed) => result.Tokens.Any(token => token.Value.Length == 0)
        ? new UserErrorException(ErrorKind.WrongUsage, "the value is empty") { Where = NameOf(result), Next = Help(parsed) }
        : null;

    // The parser takes 0,1 for 1 and knows NaN; no option has a use for either, nor for what is larger than a number can be.
    private static UserErrorException? StrangeNumber(SymbolResult result, ParseResult parsed) =>
        TypeOf(result) == typeof(double)
        && result.Tokens.FirstOrDefault(token => !(double.TryParse(token.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value))) is { } strange
            ? NotOfType(strange.Value, NameOf(result), Describe(typeof(double))!, parsed)
            : null;

    private static UserErrorException NotOfType(string given, string where, string allowed, ParseResult parsed) =>
        new(ErrorKind.WrongUsage, IsWhole(given) ? $"{given} is out of range" : $"'{given}' is not {allowed.Split(',')[0]}") { Where = where, Allowed = allowed, Next = Help(parsed) };

    private static bool IsWhole(string text) => BigInteger.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _);

    private static string? Describe(Type type) =>
        type == typeof(double) ? "a number, with a point: 0.1, 1e-3"
        : type == typeof(int) ? $"a whole number, of at most {int.MaxValue}"
        : type == typeof(long) ? $"a whole number, of at most {long.MaxValue}"
        : null;

    // Of an option with several values, that of one.
    private static Type? TypeOf(SymbolResult result)
    {
        var type = result switch
        {
            OptionResult option => option.Option.ValueType,
            ArgumentResult argument => argument.Argument.ValueType,
            _ => null,
        };
        return type is null ? null : Nullable.GetUnderlyingType(type) ?? type.GetElementType() ?? type;
    }

    private static string NameOf(SymbolResult result) => result switch
    {
        OptionResult option => option.Option.Name,
        ArgumentResult { Parent: OptionResult option } => option.Option.Name,
        ArgumentResult argument => argument.Argument.Name,
        _ => "",
    };
}
