using System.CommandLine;
using SparseProf.Cli.Output;
using SparseProf.CostModel.Decisions.Deployment;
using SparseProf.CostModel.Latency;
using SparseProf.CostModel.Scaling;
using SparseProf.Ops;
using SparseProf.Store;

namespace SparseProf.Cli.Commands;

/// <summary><c>sparseprof advise deployment</c>: which accelerator, pattern, dtype, batch and how many replicas, under constraints.</summary>
internal static class AdviseDeploymentCommand
{
    public static Command Build()
    {
        var options = new DeploymentOptions();
        var (json, database, seed) = (CommonOptions.Json(), CommonOptions.Database(), CommonOptions.Seed());
        var plan = new Option<string?>("--plan-out") { Description = "Write the measurement that would decide as a CSV for 'measure --plan'.", HelpName = "FILE" };
        var command = new Command("deployment", "Which accelerator, pattern, dtype, batch and how many replicas keep your constraints at the least price, energy or carbon.");
        foreach (var option in options.All.Concat([plan, json, database, seed]))
            command.Add(option);
        command.SetAction(parsed =>
        {
            var (question, calibrations) = options.Read(parsed);
            var priors = Priors.Read(parsed.GetValue(options.Prior) ?? [], parsed.GetValue(seed));
            var path = parsed.GetValue(database)!.FullName;
            using var store = File.Exists(path) ? MeasurementReader.Open(path) : null;
            var dense = question.Work(1, DType.Fp32, SparsityPattern.Dense.Instance).Graph;
            var quality = new QualityBook(
                store, question.Model, parsed.GetValue(options.Fit) is { } fit ? FitReader.Read(fit) : null, dense.TotalParameters.Value, parsed.GetValue(options.Tokens));
            var advice = DeploymentAdviser.Advise(question, calibrations, priors, quality.Of);
            if (parsed.GetValue(plan) is { } file)
                WritePlan(file, advice);
            if (parsed.GetValue(json))
                JsonOutput.Write(DeploymentDocument.Of(advice));
            else
                DeploymentText.Write(advice, Console.Out);
        });
        return command.WithExamples(
            "sparseprof advise deployment --model dense-transformer --profiles all --slo-latency 50ms --qps 200",
            "sparseprof advise deployment --model llama/config.json --seq 2048 --profiles nvidia-h100-sxm5-80gb,nvidia-l40s --patterns dense,2:4 --dtypes bf16,fp8 --slo-latency 400ms --qps 30 --budget 40 --region France",
            "sparseprof advise deployment --model pruned-transformer --profiles nvidia-l4 --calibration l4.json --qps 500 --slo-latency 20ms --plan-out next.csv --json");
    }

    private static void WritePlan(string file, DeploymentAdvice advice)
    {
        if (advice.MeasureThis is not { } measurement)
        {
            Console.Error.WriteLine($"nothing is undecided: {file} was not written");
            return;
        }

        KernelPlan.Write(file, measurement.Calls);
    }
}
