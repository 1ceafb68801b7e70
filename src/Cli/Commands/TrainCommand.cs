using System.CommandLine;
using SparseProf.Cli.Output;
using SparseProf.Cli.Train;
using SparseProf.Ops.Errors;
using SparseProf.Workloads.Training;

namespace SparseProf.Cli.Commands;

/// <summary><c>sparseprof train</c>: trains a dense or sparse model, or a sweep of language models, and stores what happened.</summary>
internal static class TrainCommand
{
    public static Command Build()
    {
        var workload = new Argument<string?>("workload") { Description = $"What to train: {string.Join(", ", TrainingRecipes.All.Select(recipe => recipe.Name))}.", Arity = ArgumentArity.ZeroOrOne };
        var data = new Option<string?>("--data") { Description = "Folder of the real data; without it the data are synthetic (language-model: the .NET SDK's reference).", HelpName = "DIR" };
        var difficulty = new Option<double?>("--difficulty") { Description = "Of synthetic data: 0 (easy) to 1.", HelpName = "D" };
        var plan = new PlanOptions();
        var threads = new Option<int?>("--threads") { Description = "Threads; all processors if not given.", HelpName = "N" };
        var gpu = new Option<int?>("--gpu") { Description = "Train on this GPU, with a libtorch that has CUDA.", HelpName = "N" };
        var checkpoint = new Option<string?>("--checkpoint") { Description = "Keep the state in this file (safetensors), every minute and at the end.", HelpName = "FILE" };
        var every = new Option<string?>("--checkpoint-every") { Description = "Keep it this often in place of every minute: 10s, 5m.", HelpName = "TIME" };
        var resume = new Option<bool>("--resume") { Description = "Go on from the checkpoint; in a sweep, leave out what the database holds." };
        var sweep = new Option<string?>("--sweep") { Description = "Train a grid of language models: a JSON file, the training of a plan (YAML), or default for the built-in one.", HelpName = "FILE" };
        var jobs = new Option<int?>("--jobs") { Description = "Trainings of a sweep at a time, one thread each; all processors if not given.", HelpName = "N" };
        var (seed, database, json) = (CommonOptions.Seed(), CommonOptions.Database(), CommonOptions.Json());
        var command = new Command("train", "Trains dense and sparse models: loss and accuracy beside FLOPs, time, energy and memory, all kept in the database.") { workload, data, difficulty };
        foreach (var option in (Option[])[.. plan.All, threads, gpu, checkpoint, every, resume, sweep, jobs, seed, database, json])
            command.Options.Add(option);
        Option[] ofOneTraining = [difficulty, .. plan.All, checkpoint, every, seed];
        command.SetAction((parsed, cancel) =>
        {
            var request = new TrainRequest
            {
                Database = parsed.GetValue(database)!.FullName,
                Json = parsed.GetValue(json),
                Resume = parsed.GetValue(resume),
                Threads = CommonOptions.CheckedThreads(parsed.GetValue(threads)),
                Gpu = parsed.GetValue(gpu),
                Data = parsed.GetValue(data),
                Difficulty = parsed.GetValue(difficulty),
                Checkpoint = parsed.GetValue(checkpoint),
                CheckpointEvery = TimeSpanText.Parse(parsed.GetValue(every), "--checkpoint-every"),
                CommandLine = string.Join(' ', parsed.Tokens.Select(token => token.Value).Prepend("sparseprof")),
            };
            var named = parsed.GetValue(workload);
            if (parsed.GetValue(sweep) is { } file)
            {
                if (named is not null)
                    throw new UserErrorException(ErrorKind.WrongUsage, "a sweep says itself what it trains") { Where = "--sweep", Next = "leave the workload out" };
                if (ofOneTraining.FirstOrDefault(IsGiven) is { } strange)
                    throw new UserErrorException(ErrorKind.WrongUsage, $"{strange.Name} is of one training, and a sweep says itself how it trains") { Where = strange.Name, Next = $"leave {strange.Name} out, or write it into the file" };
                return Task.FromResult(SweepRun.Run(request, file, Bounds.Within(parsed.GetValue(jobs), "--jobs", 1, Environment.ProcessorCount), cancel));
            }

            var recipe = TrainingRecipes.Find(named ?? throw NothingNamed(), "train");
            if (IsGiven(jobs))
                throw new UserErrorException(ErrorKind.WrongUsage, "one training is one job") { Where = "--jobs", Next = "leave --jobs out, or name a --sweep" };
            if (request.Checkpoint is null && (request.Resume || request.CheckpointEvery is not null))
            {
                throw new UserErrorException(ErrorKind.WrongUsage, request.Resume ? "there is nothing to resume from" : "there is nothing to keep so often")
                {
                    Where = request.Resume ? "--resume" : "--checkpoint-every",
                    Next = "name the checkpoint with --checkpoint FILE",
                };
            }

            return Task.FromResult(TrainRun.Run(request, recipe, plan.Plan(parsed, recipe, parsed.GetValue(seed)), cancel));

            bool IsGiven(Option option) => parsed.GetResult(option) is { Implicit: false };
        });
        return command.WithExamples(
            "sparseprof train dense-cnn                                    # minutes on a CPU, on synthetic images",
            "sparseprof train dense-cnn --method rigl --sparsity 0.9       # the same, dynamically sparse",
            "sparseprof train sparse-cnn-dst --size full --data ~/cifar10 --gpu 0",
            "sparseprof train switch-moe --load-balancing 0                # what a mixture does without the loss",
            "sparseprof train dense-transformer --checkpoint t.safetensors --resume",
            "sparseprof train --sweep default                              # 36 language models for 'fit scaling'");
    }

    private static UserErrorException NothingNamed() => new(ErrorKind.WrongUsage, "nothing was named to train")
    {
        Allowed = string.Join(", ", TrainingRecipes.All.Select(recipe => recipe.Name)),
        Next = "sparseprof train dense-cnn, or sparseprof train --sweep default",
    };
}
