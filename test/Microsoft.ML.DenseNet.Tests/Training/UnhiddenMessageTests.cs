using System.Text;

namespace Microsoft.ML.DenseNet.Tests;

/// <summary>GetBaseException, as README advises, finds our message: no inner exception of another's stands in its way.</summary>
[TestClass]
public sealed class UnhiddenMessageTests
{
    private readonly MLContext _ml = new(seed: 1);

    [TestMethod]
    [DataRow("I am no JSON", "its header is not valid JSON ('I'")]
    [DataRow("{\"seed\":1,\"fold\":1,\"settings\":[{\"name\":\"\\uD800\",\"value\":\"\"}]}", "its header is not valid JSON (")]
    [DataRow("{\"seed\":1}", "'fold'")]
    public void OfACheckpoint(string header, string detail)
    {
        var format = new SealedFile("DNCHECKP", 1, 1 << 20, "The checkpoint 'x'", "Delete it.");
        var error = Assert.ThrowsExactly<FormatException>(() => CheckpointHeader.FromJson(Encoding.UTF8.GetBytes(header), format)).GetBaseException();
        StringAssert.StartsWith(error.Message, "The checkpoint 'x' is damaged: ");
        StringAssert.Contains(error.Message, detail);
        StringAssert.EndsWith(error.Message, "Delete it.");
    }

    [TestMethod]
    public void OfAModel()
    {
        foreach (var (header, detail) in new[]
        {
            ("I am no JSON", "its header is not valid JSON ('I'"),
            (ModelFileBuilder.Header.Replace("\"inputWidth\":2", "\"inputWidth\":0"), "its network does not fit together: "),
            (ModelFileBuilder.Header.Replace("\"units\":1", "\"units\":0"), "layer 'Linear' is not valid: "),
        })
        {
            var error = Assert.ThrowsExactly<FormatException>(() => ModelFileBuilder.Load(ModelFileBuilder.WithHeader(header))).GetBaseException();
            StringAssert.StartsWith(error.Message, "The DenseNet model is damaged: ");
            StringAssert.Contains(error.Message, detail);
        }
    }

    [TestMethod]
    public void OfAFolderThatIsAFile()
    {
        using var folder = new TemporaryFolder();
        string file = Path.Combine(folder.FullName, "taken");
        File.WriteAllText(file, "");
        var data = TestTransformers.Data(_ml, ScoringRow.Create(20));
        var error = Assert.ThrowsExactly<IOException>(() => TaskCase.Binary.Trainer(_ml, options => options.CheckpointDirectory = file).Fit(data));
        StringAssert.StartsWith(error.GetBaseException().Message, "CheckpointDirectory is '");
        Assert.AreNotEqual(new IOException().HResult, error.HResult, "the system's own code");
    }
}
