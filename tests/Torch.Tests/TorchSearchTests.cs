namespace SparseProf.Torch.Tests;

public sealed class TorchSearchTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sparseprof-torch").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_program_without_the_shim_says_where_it_was_sought()
    {
        var error = Assert.Throws<TorchMissingException>(() => TorchLibrary.Load(new TorchSearch { BaseDirectory = _folder }));

        Assert.Equal($"the libtorch shim libsparseprof_torch.so is not built (sought in {_folder} and in artifacts/native above it)", error.Message);
    }

    [Fact]
    public void The_shim_is_found_under_artifacts_of_a_folder_above()
    {
        var native = Directory.CreateDirectory(Path.Combine(_folder, "artifacts", "native")).FullName;
        var program = Directory.CreateDirectory(Path.Combine(_folder, "src", "Cli", "bin")).FullName;
        File.WriteAllText(Path.Combine(native, TorchSearch.ShimName), "");

        Assert.Equal(Path.Combine(native, TorchSearch.ShimName), new TorchSearch { BaseDirectory = program }.FindShim());
    }

    [Fact]
    public void A_named_shim_that_does_not_exist_is_not_replaced_by_another()
    {
        var error = Assert.Throws<TorchMissingException>(() => TorchLibrary.Load(new TorchSearch { BaseDirectory = _folder, Shim = "/nowhere/shim.so" }));

        Assert.Equal("SPARSEPROF_TORCH_SHIM names '/nowhere/shim.so', which does not exist", error.Message);
    }

    [Fact]
    public void A_named_folder_without_libtorch_is_not_replaced_by_another()
    {
        var error = Assert.Throws<TorchMissingException>(() => TorchLibrary.Load(WithShim("anything") with { LibTorch = _folder }));

        Assert.Equal($"LIBTORCH names '{_folder}', which has no libtorch_cpu.so (nor has its lib)", error.Message);
    }

    [Fact]
    public void A_broken_libtorch_is_named_with_the_reason_of_the_loader()
    {
        var broken = Path.Combine(Directory.CreateDirectory(Path.Combine(_folder, "lib")).FullName, TorchSearch.CpuLibrary);
        File.WriteAllText(broken, "not a library");

        var error = Assert.Throws<TorchMissingException>(() => TorchLibrary.Load(WithShim("anything") with { LibTorch = _folder }));

        Assert.StartsWith($"{broken} does not load: {broken}: ", error.Message);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Fact]
    public void A_broken_shim_is_named_with_the_reason_of_the_loader()
    {
        var search = WithShim("not a library");

        var error = Assert.Throws<TorchMissingException>(() => TorchLibrary.Load(search));

        Assert.StartsWith($"{search.Shim} does not load: {search.Shim}: ", error.Message);
    }

    [Theory]
    [InlineData("1.12.1")]
    [InlineData("1.8.0+cu111")]
    [InlineData("")]
    public void A_libtorch_that_is_too_old_is_refused(string version) =>
        Assert.Equal(
            $"libtorch {version} is too old; 1.13 or newer is needed",
            Assert.Throws<TorchMissingException>(() => TorchLibrary.CheckVersion(version)).Message);

    [Theory]
    [InlineData("1.13.0")]
    [InlineData("2.11.0+cu130")]
    [InlineData("2.4.0a0+git")]
    public void Supported_versions_are_accepted(string version) => Assert.Null(Record.Exception(() => TorchLibrary.CheckVersion(version)));

    [Fact]
    public void The_loaded_libtorch_tells_its_version_and_file()
    {
        RequiresTorch.OrSkip();

        Assert.Matches(@"^\d+\.\d+", TorchLibrary.Loaded.Version);
        Assert.True(File.Exists(TorchLibrary.Loaded.Path));
    }

    private TorchSearch WithShim(string content)
    {
        var shim = Path.Combine(_folder, TorchSearch.ShimName);
        File.WriteAllText(shim, content);
        return new TorchSearch { BaseDirectory = _folder, Shim = shim };
    }
}
