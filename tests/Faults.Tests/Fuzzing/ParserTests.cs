using System.Text;
using SparseProf.Cli.Measure;
using SparseProf.Cli.Sweep.Estimates;
using SparseProf.Cli.Sweep.Plan;
using SparseProf.CostModel.Hardware;
using SparseProf.CostModel.Scaling.Data;
using SparseProf.Faults.Tests.Programs;
using SparseProf.Ops;
using SparseProf.Ops.Architectures;
using SparseProf.Ops.Units;
using SparseProf.Profiler.Training;
using SparseProf.Profiler.Workers;
using SparseProf.Testing;
using KernelTable = SparseProf.CostModel.Latency.KernelTable;
using Work = SparseProf.CostModel.Latency.Work;

namespace SparseProf.Faults.Tests.Fuzzing;

/// <summary>Every parser of what comes from outside: over 20,000 inputs together in a usual run, over a million in a long one.</summary>
public sealed class ParserTests : IDisposable
{
    // What the store takes for an attempt.
    private static readonly string[] s_statuses = ["crash", "unsupported", "timeout", "out_of_memory", "wrong_result", "failed"];

    private readonly Scratch _scratch = new();

    public void Dispose() => _scratch.Dispose();

    [Fact]
    public void Kernel_tables_are_read_or_refused() => Bounded.Fuzz(
        "kernel CSV", 3000,
        [
            "op,dtype,pattern,m,n,k,latency_s\ngemm,bf16,dense,1,2,3,1e-6\ngemm,fp32,csr@0.1,128,3072,768,0.5\n",
            "op,dtype,pattern,m,n,k,experts,top_k,distribution,latency_s,power_w\nmoe_ffn,bf16,dense,64,128,256,8,2,balanced,1e-3,300\n",
            "op,dtype,batch,seq_q,seq_kv,heads,kv_heads,head_dim,causal,latency_s\nattention,fp16,2,128,128,8,8,64,true,1e-4\n",
            "# a comment\nop,dtype,rows,columns,latency_s,note\nsoftmax,fp32,16,1024,1e-5,\"quoted, with comma\"\nlayer_norm,fp32,16,768,2e-5,\"a \"\"quote\"\"\"\n",
        ],
        input => Assert.All(KernelTable.Read(File(input, "table.csv"), needLatency: true).Rows, row =>
        {
            Assert.True(row.Seconds is > 0 and < double.PositiveInfinity, $"{row.Seconds} s");
            Assert.True(row.Watts is null or (> 0 and < double.PositiveInfinity), $"{row.Watts} W");
            Assert.True(Work.Of(row.Call) is { Flops: >= 0 and < double.PositiveInfinity, Bytes: > 0 and < double.PositiveInfinity }, $"{Work.Of(row.Call)} of {row.Call}");
        }));

    [Fact]
    public void Loss_tables_are_read_or_refused() => Bounded.Fuzz(
        "loss CSV", 3000,
        ["parameters,tokens,sparsity,loss\n1e6,2e7,0.5,3.1\n2e6,4e7,0,2.9\n", "parameters,loss,seed,family\n1e6,3.5,0,dense\n3e6,3.1,1,\"a,b\"\n"],
        input =>
        {
            var table = LossCsv.Read(File(input, "losses.csv"));
            Assert.All(table.Rows, row =>
            {
                Assert.True(row is { Loss: > 0 and < double.PositiveInfinity, Parameters: > 0 and < double.PositiveInfinity, Sparsity: >= 0 and < 1 }, $"{row}");
                Assert.True(row.Tokens is null or (> 0 and < double.PositiveInfinity), $"{row}");
            });
            Assert.DoesNotContain("", LossDoubts.Find(table));
        });

    [Fact]
    public void Profiles_are_read_or_refused() => Bounded.Fuzz(
        "JSON profile", 3000,
        [.. new[] { "nvidia-h200-sxm-141gb", "nvidia-h100-sxm5-80gb" }.Select(id => System.IO.File.ReadAllText(Path.Combine(SharedData.RepositoryRoot, "hwprofiles", id + ".json")))],
        input =>
        {
            var profile = ProfileFile.Parse(Encoding.UTF8.GetString(input), "profile.json");
            Assert.All([.. profile.Numbers, .. profile.PeakDense, .. profile.PeakTwoFour], number =>
            {
                Assert.True(number.Value.Value is null or (>= 0 and < double.PositiveInfinity), $"{number}");
                Assert.NotEmpty(number.Value.Confidence);
            });
            Assert.All(profile.Estimates, estimate => Assert.True(estimate.Value is > 0 and < double.PositiveInfinity, $"{estimate}"));
        });

    [Fact]
    public void Model_configs_are_read_or_refused() => Bounded.Fuzz(
        "config.json", 4000,
        [
            """{"model_type": "bert", "hidden_size": 768, "num_hidden_layers": 12, "num_attention_heads": 12, "intermediate_size": 3072, "vocab_size": 30522, "max_position_embeddings": 512}""",
            """{"model_type": "llama", "hidden_size": 4096, "num_hidden_layers": 32, "num_attention_heads": 32, "num_key_value_heads": 8, "intermediate_size": 14336, "vocab_size": 128256, "tie_word_embeddings": false}""",
            """{"model_type": "mixtral", "hidden_size": 4096, "num_hidden_layers": 32, "num_attention_heads": 32, "num_key_value_heads": 8, "intermediate_size": 14336, "vocab_size": 32000, "num_local_experts": 8, "num_experts_per_tok": 2}""",
            """{"model_type": "gpt2", "n_embd": 768, "n_layer": 12, "n_head": 12, "vocab_size": 50257, "n_positions": 1024}""",
            """{"model_type": "t5", "d_model": 512, "d_ff": 2048, "num_layers": 6, "num_heads": 8, "d_kv": 64, "vocab_size": 32128}""",
            """{"model_type": "vit", "hidden_size": 768, "num_hidden_layers": 12, "num_attention_heads": 12, "intermediate_size": 3072, "image_size": 224, "patch_size": 16, "num_channels": 3}""",
        ],
        input =>
        {
            var model = HuggingFaceConfig.Parse(Encoding.UTF8.GetString(input), "config.json");
            Assert.True(model is { Layers: > 0, Width: > 0, Heads: > 0, HeadDim: > 0, KvHeads: > 0, FfnWidth: > 0, Vocabulary: > 0 }, $"{model}");
            Assert.True(model.Experts == 0 || (model is { ExpertWidth: > 0, TopK: > 0 } && model.TopK <= model.Experts), $"{model}");
        });

    [Fact]
    public void Measuring_plans_are_read_or_refused() => Bounded.Fuzz(
        "measuring plan", 2000,
        [
            "op,dtype,pattern,m,n,k\ngemm,fp32,dense,1,32,32\ngemm,fp32,2:4,4,32,32\ngemm,fp32,block:32x32@0.5,4,64,64\n",
            "op,dtype,batch,rows,columns,n,k,kernel,stride,padding\nconv2d,fp32,1,8,8,16,3,3,1,1\n",
            "op,dtype,m,n,k,experts,top_k\nmoe_ffn,bf16,64,128,256,8,2\n",
        ],
        input =>
        {
            var path = File(input, "plan.csv");
            MeasurePlan.Read(path);
            Assert.All(KernelTable.Read(path, needLatency: false).Rows, row =>
            {
                var op = PlannedOp.Of(row, path);
                Assert.Equal(row.Call.DType, op.DType);
                Assert.True(op.DenseEquivalentFlops.Value is > 0 and < double.PositiveInfinity, $"{op.DenseEquivalentFlops.Value} FLOPs of {op.Text}");
                Assert.True(op.NonzeroFlops <= op.DenseEquivalentFlops, $"{op.Text} does more with zeros left out");
            });
        });

    [Fact]
    public void Plans_of_sweeps_are_read_or_refused_and_their_tasks_say_the_same() => Bounded.Fuzz(
        "sweep plan", 3000,
        [
            """
            name: every-key
            kernels:
              - {op: gemm, shape: [16x64x64, 8x32x32], dtype: [fp32, bf16], pattern: [dense, 2:4, csr@0.25, "block:32x32@0.5"], devices: [cpu, h100]}
              - {op: moe_ffn, m: 64, n: 128, k: 128, experts: 8, top_k: 2, dtype: bf16, devices: h100, time_per_case: 90s}
              - op: conv2d   # a comment
                n: 8
                k: 4
                rows: 16
                columns: 16
                kernel: 3
                padding: 1
            devices:
              cpu: {threads: 2, workers: 1, profile: amd-epyc-9654, slurm: {partition: cpu, cpus: 8, memory: 16G, exclusive: true}}
              h100: {kind: gpu, gpus: [0, 1], profile: nvidia-h100-sxm5-80gb, slurm: {gres: "gpu:h100:1", constraint: "a&b|c", at_a_time: 4}}
            repeats: [1, 3]
            quick: yes
            seed: 7
            time_per_case: 1.5m
            """,
            """
            models:
              - {workload: pruned-transformer, pattern: [2:4, csr@0.1], batch: [1, 8], time_per_case: 2m}
            training:
              - models: [{width: 64, layers: 2}, {width: 128, layers: 4}]
                tokens: [1e6, 4e6]
                sparsity: [0, 0.5]
                seeds: [0, 1]
                method: rigl
                learning_rate: 1e-2
                data: "some/folder"
            repeats: 2
            """,
            """
            kernels: [{csv: "kernels.csv", devices: a100}]
            devices: {a100: {calibration: "a.json"}}
            """,
            """{"kernels": [{"op": "softmax", "rows": [1, 2], "columns": 128}, {"op": "elementwise", "rows": 4, "columns": 8, "operands": 2}]}""",
        ],
        input =>
        {
            Inputs.KernelCsv(_scratch["kernels.csv"], 2);
            var plan = PlanReader.Read(File(input, "plan.yaml"));
            var planned = PlanCases.Of(plan).Cases;
            // What 'sweep --dry-run' does; more cases than these take their time rightly.
            if (planned.Count > 1000)
                return;
            foreach (var task in TaskPacking.Pack(new CaseEstimator(plan).Estimate(planned), new Seconds(600)))
            {
                var cases = task.Cases.Select(estimate => estimate.Case).ToList();
                var again = PlanCases.Of(PlanReader.Parse(Encoding.UTF8.GetString(TaskPlan.Write(plan, cases)), "task.json")).Cases;
                Assert.Equal(cases.Select(one => one.Key), again.Select(one => one.Key));
            }
        });

    [Fact]
    public void Sweeps_of_trainings_are_read_or_refused() => Bounded.Fuzz(
        "training sweep", 2000,
        ["""{"models": [{"width": 64, "layers": 2}], "tokens": [1e6, 2e6], "sparsity": [0, 0.5], "method": "rigl", "seeds": [0, 1], "vocabulary": 512, "sequence": 64, "batch": 16, "learning_rate": 1e-2}"""],
        input =>
        {
            var sweep = SweepFile.Read(File(input, "sweep.json"));
            Assert.All(sweep.Models, model => Assert.True(model is { Width: > 0, Layers: > 0 }, $"{model}"));
            Assert.All(sweep.Tokens, tokens => Assert.True(tokens is > 0 and < double.PositiveInfinity, $"{tokens} tokens"));
            Assert.All(sweep.Sparsity, sparsity => Assert.InRange(sparsity, 0, 1 - 1e-16));
            Assert.True(sweep is { Batch: > 0, Sequence: > 0, BaseWidth: > 0, LearningRate: > 0 and < double.PositiveInfinity }, $"{sweep}");
        });

    [Fact]
    public void Texts_of_patterns_types_and_times_are_read_or_refused() => Bounded.Fuzz(
        "pattern, type and time", 2000,
        ["dense", "2:4", "csr@0.1", "block:32x32@0.2", "1:8", "csr@0.099976"],
        input =>
        {
            var text = Encoding.UTF8.GetString(input);
            var pattern = SparsityPatternText.Parse(text);
            // What is read is written, with six digits, and read again as the same.
            Assert.Equal(pattern.Text, SparsityPatternText.Parse(pattern.Text).Text);
            _ = new Gemm(new GemmShape(1, 64, 64), DType.Fp32, pattern.Misfit(64, 64) is null ? pattern.FitTo(64, 64) : pattern).Text;
        });

    [Fact]
    public void Lines_of_workers_are_heard_or_taken_for_noise() => Bounded.Fuzz(
        "a worker's line", 500,
        ["@sparseprof {\"kind\":\"measured\",\"times\":[0.001,0.002],\"caveats\":[{\"name\":\"noisy\",\"evidence\":\"5 %\"}],\"observations\":{\"a\":1}}", "@sparseprof {\"kind\":\"refused\",\"status\":\"unsupported\",\"message\":\"alignment\",\"fatal\":true}"],
        input =>
        {
            var heard = WorkerLines.Read<WorkerEvent>(Encoding.UTF8.GetString(input)) ?? throw new Ops.Errors.UserErrorException(Ops.Errors.ErrorKind.Failed, "noise");
            var job = new GpuJob { Kernel = "cublaslt", M = 1, N = 1, K = 1, Dtype = "bf16" };
            var failure = heard.Kind == "measured" ? WorkerAnswer.Doubt(job, WorkerStep.Measure, heard) : WorkerAnswer.Refusal(heard);
            // None of the inputs answers the job: believing one would store what nobody measured.
            Assert.NotNull(failure);
            Assert.Contains(failure.Status, s_statuses);
            Assert.NotEmpty(failure.Message);
        });

    private string File(byte[] content, string name)
    {
        System.IO.File.WriteAllBytes(_scratch[name], content);
        return _scratch[name];
    }
}
