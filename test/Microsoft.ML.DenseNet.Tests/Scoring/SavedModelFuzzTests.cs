namespace Microsoft.ML.DenseNet.Tests;

/// <summary>
/// Altered entries of a saved zip, our own: the network, the times, and the keys of our folders. Those that ML.NET writes and reads by
/// itself (Schema, TrainSchema) are not ours to make safe.
/// </summary>
[TestClass]
public sealed class SavedModelFuzzTests
{
    private static readonly int Rounds = FuzzRounds.Of(200);

    // A context and a small model take some megabytes.
    private const long AllocationLimit = 64 << 20;

    private const string Network = "TransformerChain/Model/Network", Times = "TransformerChain/Model/Times";

    private static readonly string[] Ours = [Network, Times, "TransformerChain/Model.key", "TransformerChain/Model/Model.key"];

    private readonly MLContext _ml = new(seed: 1);

    [TestMethod]
    [TestCategory(FuzzRounds.Category)]
    [DynamicData(nameof(TestTransformers.Tasks), typeof(TestTransformers))]
    public void Altered_entries_load_or_are_refused(string task)
    {
        var data = TestTransformers.Data(_ml, ScoringRow.Create(30));
        var entries = ZipParts.Read(_ml, TestTransformers.Create(_ml, task, data.Schema), data.Schema);
        CollectionAssert.IsSubsetOf(Ours, entries.Select(entry => entry.Name).ToArray());
        var random = new Random(1);
        int loaded = 0;
        for (int round = 0; round < Rounds; round++)
        {
            string name = Ours[round % Ours.Length];
            bool isMissing = random.Next(10) == 0;
            var altered = entries.Where(entry => !isMissing || entry.Name != name).Select(entry => entry.Name == name ? (name, Alter(entry.Content, name, random)) : entry);
            if (Scores(ZipParts.Write(altered), data, name, $"{task}, round {round}: {name}{(isMissing ? " is missing" : "")}"))
                loaded++;
        }

        Assert.IsGreaterThan(Rounds / 20, loaded, "Times are optional, and another value is as good.");
        Assert.IsLessThan(Rounds, loaded);
    }

    private static bool Scores(byte[] zip, IDataView data, string altered, string message)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        ITransformer? model = null;
        try
        {
            model = new MLContext(1).Model.Load(new MemoryStream(zip), out _);
        }
        catch (Exception e)
        {
            var causes = Causes(e).ToArray();
            Assert.IsFalse(causes.Any(cause => cause is OutOfMemoryException), message);
            if (altered is Network or Times)
                Assert.IsTrue(e.GetBaseException() is FormatException cause && cause.Message.StartsWith("The DenseNet model", StringComparison.Ordinal), $"{message}: {e}"); // what README advises to show
        }

        if (model is not null)
        {
            var scored = model.Transform(data);
            using var cursor = scored.GetRowCursor([scored.Schema["Score"]]);
            var score = DataViewAssert.Reader(cursor, scored.Schema["Score"]);
            while (cursor.MoveNext())
                score();
        }

        Assert.IsLessThan(AllocationLimit, GC.GetAllocatedBytesForCurrentThread() - before, message);
        return model is not null;
    }

    private static IEnumerable<Exception> Causes(Exception exception)
    {
        for (var cause = exception; cause is not null; cause = cause.InnerException)
            yield return cause;
    }

    private static byte[] Alter(byte[] content, string name, Random random)
    {
        byte[] altered = [.. content];
        int place = random.Next(content.Length);
        switch (random.Next(4))
        {
            case 0:
                altered[place] ^= (byte)(1 << random.Next(8));
                break;
            case 1:
                altered = altered[..place];
                break;
            case 2:
                altered.AsSpan(place, Math.Min(4, content.Length - place)).Fill(random.Next(2) == 0 ? byte.MaxValue : (byte)0x7f);
                break;
            default:
                random.NextBytes(altered.AsSpan(place, Math.Min(random.Next(1, 40), content.Length - place)));
                break;
        }

        // Half the networks with a checksum that fits, so that what it protects is read.
        if (name == Network && random.Next(2) == 0)
            ModelFileBuilder.Resign(altered);
        return altered;
    }
}
