using System.Text;
using SparseProf.CostModel.Hardware;
using SparseProf.CostModel.Latency;
using SparseProf.CostModel.Scaling.Data;
using SparseProf.Faults.Tests.Programs;
using SparseProf.Ops.Errors;
using SparseProf.Profiler.Training;
using SparseProf.Testing;

namespace SparseProf.Faults.Tests.Corruption;

/// <summary>
/// Files that programs write carry a checksum: a changed byte is refused. Files that people write carry none: a changed
/// digit is another file, and must be read as that or refused.
/// </summary>
public sealed class FileFlipTests : IDisposable
{
    private readonly Scratch _scratch = new();

    public void Dispose() => _scratch.Dispose();

    [Fact]
    public void A_calibration_with_one_changed_byte_is_refused_or_predicts_the_same()
    {
        var (code, _, errors) = CliProcess.Run(new Machines.WritingCommands(_scratch).Arguments("fit latency", _scratch.Folder));
        Assert.True(code == 0, errors);
        var profile = ProfileCatalog.Load("nvidia-h200-sxm-141gb");
        var content = File.ReadAllBytes(_scratch["calibration.json"]);
        var call = KernelTable.Read(_scratch["kernels.csv"], needLatency: true).Rows[7].Call;
        double Predicted() => CalibrationFile.Read(_scratch["calibration.json"], profile).Predictors.Values.First().Predict(call).Seconds.Value;
        var expected = Predicted();

        var refused = 0;
        var count = Flips.Each(content, usualStride: content.Length / 150, (bytes, place) =>
        {
            File.WriteAllBytes(_scratch["calibration.json"], bytes);
            if (Refused(() => Assert.True(Predicted() == expected, $"byte {place}: another prediction and nothing was said")))
                refused++;
        });

        FaultCounts.Tell($"bytes of a calibration changed, {refused:N0} refused", count);
    }

    [Fact]
    public void A_checkpoint_with_one_changed_byte_is_refused()
    {
        RequiresTorch.OrSkip();
        var path = _scratch["checkpoint.safetensors"];
        var (code, _, errors) = CliProcess.Run(new Machines.WritingCommands(_scratch).Arguments("train", _scratch.Folder));
        Assert.True(code == 0, errors);
        var content = File.ReadAllBytes(path);
        // The header holds what steers; of the weights as many bytes are changed.
        var header = 8 + (int)BitConverter.ToInt64(content);
        using var resumed = new ResumedTraining(path);
        resumed.Load();

        var count = Flips.Each(content[..header], usualStride: 100, (bytes, place) => Check(bytes, 0, place))
            + Flips.Each(content[header..], usualStride: (content.Length - header) / 60, (bytes, place) => Check(bytes, header, place), longStride: (content.Length - header) / 3000);

        FaultCounts.Tell("bytes of a checkpoint changed, all refused", count);

        void Check(byte[] part, int start, int place)
        {
            var changed = content.ToArray();
            part.CopyTo(changed, start);
            File.WriteAllBytes(path, changed);
            Assert.True(Refused(resumed.Load), $"byte {start + place} was changed and nothing was said");
        }
    }

    [Fact]
    public void Files_that_people_write_are_read_or_refused_in_a_sentence()
    {
        var kernels = Inputs.KernelCsv(_scratch["kernels.csv"], 20);
        var losses = Inputs.LossCsv(_scratch["losses.csv"], 20);
        var profile = Path.Combine(SharedData.RepositoryRoot, "hwprofiles", "nvidia-h200-sxm-141gb.json");
        var sweep = _scratch["sweep.json"];
        File.WriteAllText(sweep, "{\"models\": [{\"width\": 64, \"layers\": 2}], \"tokens\": [1e6], \"sparsity\": [0, 0.5], \"method\": \"rigl\"}");
        var count = 0;
        foreach (var (file, read) in new (string, Action<string>)[]
        {
            (kernels, path => KernelTable.Read(path, needLatency: true)),
            (losses, path => LossCsv.Read(path)),
            (profile, path => ProfileFile.Read(path)),
            (sweep, path => SweepFile.Read(path)),
        })
        {
            var changed = _scratch["changed" + Path.GetExtension(file)];
            count += Flips.Each(File.ReadAllBytes(file), usualStride: 10, (bytes, _) =>
            {
                File.WriteAllBytes(changed, bytes);
                Refused(() => read(changed));
            });
        }

        FaultCounts.Tell("bytes of CSV, profile and sweep files changed", count);
    }

    private static bool Refused(Action read)
    {
        try
        {
            read();
            return false;
        }
        catch (UserErrorException told)
        {
            Assert.NotEmpty(told.Message);
            return true;
        }
    }
}
