using System.CommandLine;
using SparseProf.Cli.Output;
using SparseProf.Ops.Errors;
using SparseProf.Reports.Web;

namespace SparseProf.Cli.Commands;

/// <summary><c>sparseprof serve</c>: the same charts on a local page, live while a measurement runs.</summary>
internal static class ServeCommand
{
    public static Command Build()
    {
        var port = new Option<int>("--port") { Description = "Port on 127.0.0.1; any that is free if not given.", HelpName = "N" };
        var (database, json) = (CommonOptions.Database(), CommonOptions.Json());
        var command = new Command("serve", "Shows the database on a local page, live while a measurement runs. Read-only; the address holds a token that nobody can guess.") { port, database, json };
        command.SetAction(async (parsed, cancel) =>
        {
            var number = parsed.GetValue(port);
            if (number is < 0 or > 65535)
                throw new UserErrorException(ErrorKind.WrongUsage, $"{number} is not a port") { Where = "--port", Allowed = "0 (any) to 65535" };
            await using var server = await LiveServer.StartAsync(parsed.GetValue(database)!.FullName, number, cancel);
            if (parsed.GetValue(json))
                JsonOutput.Write(new { Url = server.Address.AbsoluteUri });
            else
                Console.Out.WriteLine($"{server.Address}\nopen this address in a browser on this machine; Ctrl-C ends");
            await server.WaitAsync(cancel);
        });
        return command.WithExamples(
            "sparseprof serve                       # prints the address to open",
            "sparseprof serve --port 8080 --db runs.db",
            "sparseprof measure & sparseprof serve  # watch a measurement");
    }
}
