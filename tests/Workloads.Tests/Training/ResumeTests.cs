using SparseProf.Ops.Errors;
using SparseProf.Workloads.Sparsity;
using SparseProf.Workloads.Training;
using SparseProf.Workloads.Training.Checkpoints;
using SparseProf.Workloads.Training.Optimizers;

namespace SparseProf.Workloads.Tests.Training;

public sealed class ResumeTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sparseprof-checkpoint-").FullName;

    public ResumeTests() => RequiresTorch.OrSkip();

    private string File => Path.Combine(_folder, "state.safetensors");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    public static TheoryData<string, string> Trainings => new()
    {
        { "dense", "dense" }, { "static", "csr@0.3" }, { "gradual", "csr@0.3" }, { "set", "csr@0.3" }, { "rigl", "csr@0.3" }, { "sr-ste", "2:4" }, { "magnitude", "block:2x2@0.5" },
    };

    [Theory]
    [MemberData(nameof(Trainings))]
    public void A_stopped_training_goes_on_to_the_same_bits(string method, string pattern)
    {
        var plan = Plans.Cnn.With(SparseMethods.Parse(method), pattern);
        Assert.Equal(Uninterrupted(plan), Interrupted(plan));
    }

    [Theory]
    [InlineData(OptimizerKind.AdamW)]
    [InlineData(OptimizerKind.Lamb)]
    public void So_does_a_mixture_with_its_jitter(OptimizerKind optimizer)
    {
        var plan = Plans.Mixture with { Steps = 12, Optimizer = new OptimizerSettings { Kind = optimizer, LearningRate = 1e-2 } };
        Assert.Equal(Uninterrupted(plan), Interrupted(plan));
    }

    [Fact]
    public void Another_seed_gives_other_bits() =>
        Assert.NotEqual(Uninterrupted(Plans.Decoder with { Steps = 3 }), Uninterrupted(Plans.Decoder with { Steps = 3, Seed = 1 }));

    [Fact]
    public void A_checkpoint_of_another_training_is_refused_with_what_differs()
    {
        using (var trainer = new Trainer(Plans.Decoder, PlantedData.Counting))
            trainer.Save(File);
        using var other = new Trainer(Plans.Decoder with { Batch = 16, Seed = 2 }, PlantedData.Counting);

        var error = Assert.Throws<UserErrorException>(() => other.Load(File));

        Assert.Equal("the checkpoint is of another training: batch: 32 there, 16 here; seed: 0 there, 2 here", error.Message);
    }

    [Theory]
    [InlineData(SparseMethod.RigL, "csr@0.3", "rigl", "rig_l")]
    [InlineData(SparseMethod.SrSte, "2:4", "sr-ste", "sr_ste")]
    public void A_checkpoint_with_the_names_of_before_is_of_the_same_training(SparseMethod method, string pattern, string now, string then)
    {
        var plan = Plans.Decoder.With(method, pattern);
        var json = PlanJson.Of(plan, Plans.DataOf(plan)).ToJsonString();
        var before = json.Replace($"\"method\":\"{now}\"", $"\"method\":\"{then}\"", StringComparison.Ordinal).Replace("\"kind\":\"adamw\"", "\"kind\":\"adam_w\"", StringComparison.Ordinal);

        Assert.NotEqual(json, before);
        Assert.Equal(before, PlanJson.KeyText(plan, Plans.DataOf(plan)));
        Assert.Empty(PlanJson.Differences(PlanJson.Read(before), PlanJson.Read(json)));
    }

    [Theory]
    [InlineData(3, "it ends after 3 bytes")]
    [InlineData(-1, "it is not what was written")]
    public void A_truncated_checkpoint_is_refused(int length, string how)
    {
        using var trainer = new Trainer(Plans.Decoder, PlantedData.Counting);
        trainer.Save(File);
        using (var stream = System.IO.File.OpenWrite(File))
            stream.SetLength(length < 0 ? stream.Length + length : length);

        Assert.Equal("the checkpoint is damaged: " + how, Assert.Throws<UserErrorException>(() => trainer.Load(File)).Message);
    }

    [Fact]
    public void A_full_disk_leaves_the_old_checkpoint_whole()
    {
        AtomicFile.Write(File, stream => stream.Write("old"u8));

        var error = Assert.Throws<UserErrorException>(() => AtomicFile.Write(File, stream => stream.Write(new byte[100]), path => new FullDisk(path)));

        Assert.Equal("the checkpoint could not be saved: No space left on device", error.Message);
        Assert.StartsWith("the checkpoint before it is unharmed", error.Next, StringComparison.Ordinal);
        Assert.Equal("old", System.IO.File.ReadAllText(File));
        Assert.Single(Directory.GetFiles(_folder));
    }

    [Fact]
    public void A_folder_that_cannot_be_made_is_said() =>
        Assert.StartsWith(
            "the checkpoint could not be saved: ",
            Assert.Throws<UserErrorException>(() => AtomicFile.Write("/dev/null/state.safetensors", stream => stream.Write("new"u8))).Message,
            StringComparison.Ordinal);

    private static List<float> Uninterrupted(TrainingPlan plan)
    {
        using var trainer = new Trainer(plan, Plans.DataOf(plan));
        _ = TrainerTests.Run(trainer).Count();
        return Bits(trainer);
    }

    private List<float> Interrupted(TrainingPlan plan)
    {
        using (var first = new Trainer(plan, Plans.DataOf(plan)))
        {
            for (var i = 0; i < plan.Steps / 2; i++)
                first.Step();
            first.Save(File);
        }

        using var second = new Trainer(plan, Plans.DataOf(plan));
        second.Load(File);
        Assert.Equal(plan.Steps / 2, second.StepsDone);
        _ = TrainerTests.Run(second).Count();
        return Bits(second);
    }

    private static List<float> Bits(Trainer trainer) =>
        [.. trainer.Model.Parameters().Concat(trainer.Optimizer.State()).SelectMany(tensor => tensor.Tensor.Data<float>().ToArray())];

    private sealed class FullDisk(string path) : FileStream(path, FileMode.Create)
    {
        public override void Write(ReadOnlySpan<byte> buffer)
        {
            base.Write(buffer[..(buffer.Length / 2)]);
            throw new IOException("No space left on device");
        }
    }
}
