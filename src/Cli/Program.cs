using SparseProf.Cli;
using SparseProf.Cli.Commands;

return await CommandRunner.RunAsync(CommandTree.Build(), args);
