using SparseProf.Ops.Errors;
using SparseProf.Workloads.Data.Corpus;

namespace SparseProf.Workloads.Tests.Data.Corpus;

public sealed class XmlReferenceTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sparseprof-xml-").FullName;

    [Fact]
    public void A_documentation_file_becomes_one_document_a_type()
    {
        var documents = Read("""
            <?xml version="1.0"?>
            <doc><assembly><name>Things</name></assembly><members>
              <member name="T:Things.Bag"><summary>Holds <see langword="null" /> or a <see cref="T:System.Collections.Generic.List`1" />.</summary></member>
              <member name="M:Things.Bag.#ctor(System.Int32)"><summary>Makes a bag.</summary><param name="size">Its size &amp; more.</param></member>
              <member name="M:Things.Bag.Take(System.Int32)">
                <summary>Takes the
                  <paramref name="n" />th thing.</summary>
                <param name="n"></param><returns>It.</returns>
                <remarks><para>First.</para><para>Second.</para></remarks>
              </member>
              <member name="F:Things.Box.Empty"><summary>No things.</summary></member>
            </members></doc>
            """);
        Assert.Equal(["x.xml/Things.Bag", "x.xml/Things.Box"], documents.Select(document => document.Name));
        Assert.Equal(
            "Bag\nHolds null or a List.\nconstructor\nMakes a bag.\nsize: Its size & more.\nTake\nTakes the nth thing.\nIt.\nFirst.\nSecond.\n",
            documents[0].Text);
    }

    [Theory]
    [InlineData("<project><a/></project>")]
    [InlineData("<doc><members><member name=")]
    [InlineData("no xml at all")]
    public void Other_XML_is_passed_over(string text) => Assert.Empty(Read(text));

    [Fact]
    public void The_newest_version_of_each_pack_is_taken()
    {
        foreach (var path in (string[])["packs/A.Ref/9.0.4/ref", "packs/A.Ref/10.0.1/ref", "packs/A.Ref/10.0.2/other", "packs/B.Ref/8.0.0/ref"])
            Directory.CreateDirectory(Path.Combine(_folder, path));
        Assert.Equal(["A.Ref/10.0.1/ref", "B.Ref/8.0.0/ref"], SdkReference.Folders([_folder]).Select(path => Path.GetRelativePath(Path.Combine(_folder, "packs"), path)));
    }

    [Fact]
    public void Without_an_SDK_the_remedy_is_told()
    {
        var error = Assert.Throws<UserErrorException>(() => SdkReference.Folders([_folder]));
        Assert.Equal(ErrorKind.Missing, error.Kind);
        Assert.Equal("install the .NET SDK, or name any folder of text with --data", error.Next);
    }

    [Fact]
    public void The_SDK_that_built_this_brings_millions_of_characters()
    {
        var folders = SdkReference.Folders();
        var runtime = folders.Single(folder => folder.Contains("Microsoft.NETCore.App.Ref", StringComparison.Ordinal));
        var documents = new List<Document>();
        Assert.True(XmlReference.TryRead(Directory.GetFiles(runtime, "System.Collections.xml", SearchOption.AllDirectories).Single(), "x", documents));
        Assert.Contains(documents, document => document.Name == "x/System.Collections.BitArray" && document.Text.Contains("compact array of bit values", StringComparison.Ordinal));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private List<Document> Read(string text)
    {
        var path = Path.Combine(_folder, "x.xml");
        File.WriteAllText(path, text);
        var documents = new List<Document>();
        XmlReference.TryRead(path, "x.xml", documents);
        return documents;
    }
}
