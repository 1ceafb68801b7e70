using SparseProf.Cli.Output;

namespace SparseProf.Cli.Tests.Output;

public class TextTableTests
{
    [Fact]
    public void Text_stands_left_numbers_stand_right_and_markup_is_plain_text()
    {
        var text = new StringWriter();

        new TextTable().Text("kernel").Numbers("time").Row("csr[avx2]", "1.20 ms").Row("dense", "12.0 ms").Write(text);

        Assert.Equal(
            """
              kernel         time
            ───────────────────────
              csr[avx2]   1.20 ms
              dense       12.0 ms
            """.ReplaceLineEndings("\n"),
            text.ToString().TrimEnd().ReplaceLineEndings("\n"));
    }
}
