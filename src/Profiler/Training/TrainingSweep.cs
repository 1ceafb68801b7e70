using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using SparseProf.Ops;
using SparseProf.Ops.Architectures;
using SparseProf.Ops.Errors;
using SparseProf.Ops.Units;
using SparseProf.Profiler.Power;
using SparseProf.Store;
using SparseProf.Torch;
using SparseProf.Workloads;
using SparseProf.Workloads.Data;
using SparseProf.Workloads.Sparsity;
using SparseProf.Workloads.Training;

namespace SparseProf.Profiler.Training;

/// <summary>The trainings of a sweep, several at a time with one thread each, the longest first.</summary>
public sealed class TrainingSweep(SweepFile file, DataSet data)
{
    /// <summary>One plan a point of the grid.</summary>
    public IReadOnlyList<TrainingPlan> Plans { get; } =
    [
        .. from model in file.Models
           from tokens in file.Tokens
           from sparsity in file.Sparsity
           from seed in file.Seeds
           select Plan(file, model, tokens, sparsity, seed, data),
    ];

    /// <summary>Builds each size of model once, with the fewest weights that it is to keep.</summary>
    /// <param name="path">Where the sweep stands, for errors.</param>
    /// <exception cref="UserErrorException">A training of the sweep could not begin.</exception>
    public void Check(string path)
    {
        foreach (var plan in Plans.GroupBy(plan => plan.Workload.Architecture).Select(same => same.MaxBy(plan => plan.Sparsity.Pattern.Sparsity.Value)!))
        {
            try
            {
                using var trainer = new Trainer(plan, data);
            }
            catch (UserErrorException refused)
            {
                var config = (DecoderConfig)plan.Workload.Architecture;
                throw new UserErrorException(refused.Kind, refused.Message, refused)
                {
                    Where = $"{path}, width {config.Width}, {config.Layers} layers, {plan.Sparsity.Pattern}, batch {plan.Batch}",
                    Allowed = refused.Allowed,
                    Next = "change the file",
                };
            }
        }
    }

    /// <summary>Trains what is not <paramref name="stored"/>; each end point is stored when it is reached.</summary>
    /// <param name="stored">Case keys of completed trainings.</param>
    /// <param name="progress">Called from any thread, one call at a time.</param>
    /// <returns>Whether all were reached.</returns>
    public bool Run(MeasurementWriter writer, long runId, int jobs, IReadOnlySet<string> stored, Action<SweepProgress> progress, CancellationToken cancel)
    {
        var left = new ConcurrentQueue<TrainingPlan>(Plans.Where(plan => !stored.Contains(TrainingCases.Key(plan, data))).OrderByDescending(Cost));
        var whole = Plans.Sum(Cost);
        var done = whole - left.Sum(Cost);
        var reached = Plans.Count - left.Count;
        var failures = new ConcurrentQueue<Exception>();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var workers = Enumerable.Range(0, Math.Min(jobs, Math.Max(1, left.Count))).Select(_ => new Thread(Work)).ToList();
        workers.ForEach(worker => worker.Start());
        workers.ForEach(worker => worker.Join());
        if (failures.TryDequeue(out var failure))
            ExceptionDispatchInfo.Throw(failure);
        return reached == Plans.Count;

        void Work()
        {
            OpenMpThreads.Unbind();
            // OpenMP keeps its number of threads for each thread of ours.
            TorchRuntime.Threads = 1;
            var session = new TrainingSession(new NoPower("other trainings ran beside it"), writer, runId);
            try
            {
                while (!stop.IsCancellationRequested && left.TryDequeue(out var plan))
                {
                    var report = session.Run(new TrainingRequest(plan, data) { Shared = true }, null, stop.Token);
                    lock (left)
                    {
                        if (report.Outcome != "interrupted")
                            done += Cost(plan);
                        reached += report.Outcome == "completed" ? 1 : 0;
                        progress(new SweepProgress(plan, report, reached, Plans.Count, done / whole));
                    }
                }
            }
#pragma warning disable CA1031 // carried to the thread that waits
            catch (Exception error)
#pragma warning restore CA1031
            {
                failures.Enqueue(error);
                stop.Cancel();
            }
        }
    }

    private static TrainingPlan Plan(SweepFile file, SweepModel model, double tokens, double sparsity, long seed, DataSet data)
    {
        var recipe = TrainingRecipes.Find("language-model").Small;
        var steps = (long)Math.Round(tokens / (file.Batch * file.Sequence));
        return recipe with
        {
            Workload = new Workload("language-model", "", model.Config(data.Vocabulary!.Value, file.Sequence), 1),
            Steps = steps,
            Batch = file.Batch,
            Seed = seed,
            Optimizer = recipe.Optimizer with { LearningRate = file.LearningRate },
            SmuPar = new SmuPar(file.BaseWidth),
            Sparsity = sparsity == 0 ? SparsityPlan.Dense : recipe.Sparsity with
            {
                Method = SparseMethods.Parse(file.Method),
                Pattern = new SparsityPattern.Unstructured(new Fraction(Math.Round(1 - sparsity, 12))),
                UpdateInterval = (int)Math.Clamp(steps / 20, 1, 100),
            },
        };
    }

    private static double Cost(TrainingPlan plan) => plan.Workload.Graph.DenseEquivalentFlops.Value * plan.Batch * plan.Steps;
}

/// <summary>A training of a sweep that has ended.</summary>
/// <param name="Reached">End points that the database holds.</param>
/// <param name="Share">Of the sweep's work that is done.</param>
public sealed record SweepProgress(TrainingPlan Plan, TrainingReport Report, int Reached, int Points, double Share);
