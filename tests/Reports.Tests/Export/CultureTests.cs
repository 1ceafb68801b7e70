using System.Globalization;

namespace SparseProf.Reports.Tests.Export;

public sealed class CultureTests
{
    [Theory]
    [InlineData("de-DE")]
    [InlineData("tr-TR")]
    [InlineData("ar-SA")]
    public void Text_is_the_same_everywhere_because_no_other_culture_can_be_chosen(string name)
    {
        Assert.Equal(CultureInfo.InvariantCulture, CultureInfo.CurrentCulture);
        Assert.Throws<CultureNotFoundException>(() => new CultureInfo(name));
    }
}
