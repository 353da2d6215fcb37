using System.Runtime.InteropServices;
using Microsoft.ML.Data;

namespace Microsoft.ML.DenseNet.Tests;

/// <summary>Encodings in model files: of every type, damaged ones, and in a process without torch.</summary>
[TestClass]
public sealed class SavedEncodingTests
{
    private const long AllocationLimit = 64 << 20;

    private readonly MLContext _ml = new(seed: 1);
    private readonly CategoryRow[] _rows = CategoryRow.Create(60);

    [TestMethod]
    public void Texts_that_UTF8_cannot_express_come_back()
    {
        // Two halves of surrogate pairs, which UTF-8 would make one, and a text longer than a chunk of the file.
        string[] cities = ["\uD800", "\uDC00", "\uDC00", new string('x', 10_000)];
        var data = _ml.Data.LoadFromEnumerable(cities.Select(city => new CategoryRow { City = city }).ToArray());
        var transformer = _ml.Transforms.Categorical.CountEncoding("City").Fit(data);
        var loaded = EstimatorChecks.SaveAndLoad(transformer, data.Schema, out _);
        CollectionAssert.AreEqual(new[] { 1f, 2, 2, 1 }, loaded.Transform(data).GetColumn<float>("City").ToArray());
    }

    [TestMethod]
    [TestCategory(FuzzRounds.Category)]
    public void Damaged_files_load_or_are_refused()
    {
        var data = _ml.Data.LoadFromEnumerable(_rows);
        var model = _ml.Transforms.Categorical.TargetEncoding([new("A", "Texts"), new("B", "Key")], "Class").Then(new FitProbe(_ml)).Fit(data);
        var entries = ZipParts.Read(_ml, model, data.Schema);
        string name = entries.Single(entry => entry.Name.EndsWith("Encoding", StringComparison.Ordinal)).Name;
        var random = new Random(1);
        int refused = 0, rounds = FuzzRounds.Of(150);
        for (int round = 0; round < rounds; round++)
        {
            byte[] zip = ZipParts.Write(entries.Select(entry => entry.Name == name ? (name, Alter(entry.Content, random)) : entry));
            refused += IsRefused(zip, data, $"round {round}") ? 1 : 0;
        }

        Assert.IsGreaterThan(rounds / 4, refused);
        Assert.IsTrue(IsRefused(ZipParts.Write(entries.Where(entry => entry.Name != name)), data, "missing"));
    }

    [TestMethod]
    public void A_process_without_torch_loads_and_encodes()
    {
        using var folder = new TemporaryFolder();
        float[] values = [.. Enumerable.Range(0, 40).Select(i => (float)(i * i % 7))];
        var schema = SchemaDefinition.Create(typeof(FeaturesRow));
        schema[nameof(FeaturesRow.Features)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, 2);
        var data = _ml.Data.LoadFromEnumerable(values.Chunk(2).Select(row => new FeaturesRow { Features = row }), schema);
        var model = _ml.Transforms.Conversion.MapValueToKey("Values", "Features").Append(_ml.Transforms.Categorical.CountEncoding("Score", "Values")).Fit(data);
        string file = folder["model.zip"], rows = folder["rows"], scores = folder["scores"];
        _ml.Model.Save(model, data.Schema, file);
        File.WriteAllBytes(rows, MemoryMarshal.AsBytes<float>(values).ToArray());

        string report = ScoringHostProcess.Run(file, rows, 2, scores);

        StringAssert.Contains(report, "torch files: 0");
        float[] expected = [.. model.Transform(data).GetColumn<float[]>("Score").SelectMany(row => row)];
        CollectionAssert.AreEqual(expected, MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(scores)).ToArray());
    }

    private static bool IsRefused(byte[] zip, IDataView data, string message)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            var model = new MLContext(1).Model.Load(new MemoryStream(zip), out _);
            try
            {
                Assert.HasCount(60, model.Transform(data).GetColumn<float[]>("A").ToArray());
            }
            catch (ArgumentOutOfRangeException e)
            {
                // The altered file names another input or output, or another type.
                string[] messages = ["Schema mismatch for input column", "Could not find input column", "Column 'A' not found"];
                Assert.IsTrue(messages.Any(known => e.Message.StartsWith(known, StringComparison.Ordinal)), $"{message}: {e}");
            }

            return false;
        }
        catch (Exception e) when (e is not AssertFailedException)
        {
            Assert.IsTrue(e.GetBaseException() is FormatException or EndOfStreamException && Causes(e).Any(cause => cause is FormatException && cause.Message.Contains("damaged")), $"{message}: {e}");
            return true;
        }
        finally
        {
            Assert.IsLessThan(AllocationLimit, GC.GetAllocatedBytesForCurrentThread() - before, message);
        }
    }

    private static IEnumerable<Exception> Causes(Exception exception)
    {
        for (var cause = exception; cause is not null; cause = cause.InnerException)
            yield return cause;
    }

    private static byte[] Alter(byte[] content, Random random)
    {
        byte[] altered = [.. content];
        int place = random.Next(content.Length);
        switch (random.Next(3))
        {
            case 0:
                altered[place] ^= (byte)(1 << random.Next(8));
                return altered;
            case 1:
                return altered[..place];
            default:
                altered.AsSpan(place, Math.Min(4, content.Length - place)).Fill(random.Next(2) == 0 ? byte.MaxValue : (byte)0x7f);
                return altered;
        }
    }
}
