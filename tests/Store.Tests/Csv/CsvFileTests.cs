using System.IO.Compression;
using SparseProf.Ops.Errors;
using SparseProf.Store.Csv;

namespace SparseProf.Store.Tests.Csv;

public sealed class CsvFileTests : IDisposable
{
    private readonly string _path = Path.GetTempFileName();

    public void Dispose() => File.Delete(_path);

    [Fact]
    public void Columns_are_found_by_name_and_comments_and_blank_lines_are_passed_over()
    {
        File.WriteAllText(_path, "# made by hand\nloss, tokens\n\n2.5,1e9\n# more\n2.4,2e9\n");
        using var csv = CsvFile.Open(_path);
        var (tokens, loss) = (csv.Require("tokens"), csv.Require("loss"));

        Assert.True(csv.Read());
        Assert.Equal((2.5, 1e9), (csv.Number(loss), csv.Number(tokens)));
        Assert.True(csv.Read());
        Assert.Equal(2e9, csv.Number(tokens));
        Assert.False(csv.Read());
    }

    [Fact]
    public void A_gzipped_file_reads_like_a_plain_one()
    {
        var path = _path + ".gz";
        using (var gzip = new StreamWriter(new GZipStream(File.Create(path), CompressionLevel.Fastest)))
            gzip.Write("loss\n3\n");
        using (var csv = CsvFile.Open(path))
        {
            Assert.True(csv.Read());
            Assert.Equal(3, csv.Number(0));
        }

        File.Delete(path);
    }

    [Fact]
    public void Text_in_a_number_is_told_with_file_line_and_column()
    {
        File.WriteAllText(_path, "loss,tokens\n2.5,1e9\n2.4,many\n");
        using var csv = CsvFile.Open(_path);
        csv.Read();
        csv.Read();

        var error = Assert.Throws<UserErrorException>(() => csv.Number(1));

        Assert.Equal("'many' is not a number", error.Message);
        Assert.Equal($"{_path}:3, column 2 (tokens)", error.Where);
    }

    [Theory]
    [InlineData("nan")]
    [InlineData("inf")]
    [InlineData("1e999")]
    public void Numbers_that_are_not_finite_are_refused(string text)
    {
        File.WriteAllText(_path, $"loss\n{text}\n");
        using var csv = CsvFile.Open(_path);
        csv.Read();

        Assert.Throws<UserErrorException>(() => csv.Number(0));
    }

    [Fact]
    public void A_misspelt_header_is_told_with_the_column_that_was_meant()
    {
        File.WriteAllText(_path, "paramters,loss\n1,2\n");
        using var csv = CsvFile.Open(_path);

        var error = Assert.Throws<UserErrorException>(() => csv.Require("parameters"));

        Assert.Equal("if 'paramters' was meant, rename it to 'parameters'", error.Next);
    }

    [Theory]
    [InlineData("", "the CSV is empty")]
    [InlineData("a,a\n1,2\n", "the header names the column 'a' twice")]
    public void A_header_that_cannot_be_used_is_refused(string content, string message)
    {
        File.WriteAllText(_path, content);

        Assert.Equal(message, Assert.Throws<UserErrorException>(() => CsvFile.Open(_path)).Message);
    }

    [Fact]
    public void A_row_with_too_few_fields_is_refused()
    {
        File.WriteAllText(_path, "a,b\n1\n");
        using var csv = CsvFile.Open(_path);

        Assert.Equal("the row has 1 fields, the header has 2", Assert.Throws<UserErrorException>(() => csv.Read()).Message);
    }

    [Fact]
    public void A_file_that_is_not_there_is_told()
    {
        var error = Assert.Throws<UserErrorException>(() => CsvFile.Open(_path + ".none"));

        Assert.Equal(ErrorKind.WrongUsage, error.Kind);
        Assert.Equal(_path + ".none", error.Where);
    }
}
