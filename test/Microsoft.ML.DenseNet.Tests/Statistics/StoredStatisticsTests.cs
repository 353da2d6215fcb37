using System.Text;

namespace Microsoft.ML.DenseNet.Tests;

/// <summary>Statistics in model files: every way of saving keeps them, and files with others are refused.</summary>
[TestClass]
public sealed class StoredStatisticsTests
{
    private static readonly TrainedNetwork Network = Create(LearningTask.BinaryClassification, 1);

    [TestMethod]
    public void Every_way_of_saving_and_changing_a_network_keeps_them()
    {
        string expected = TrainingStatisticsTests.Json(Network.Statistics);
        using var folder = new TemporaryFolder();
        Network.Save(folder["network.densenet"]);
        Network.SaveSafetensors(folder["network.safetensors"]);
        foreach (var same in new[]
        {
            TrainedNetwork.Load(folder["network.densenet"]),
            TrainedNetwork.LoadSafetensors(folder["network.safetensors"]),
            Network.Quantize(),
            Network.WithThreshold(0.5f),
            Network.With(TestNetworks.History()),
        })
        {
            Assert.AreEqual(expected, TrainingStatisticsTests.Json(same.Statistics));
        }

        // The saved network checks as the first one does, to the last letter.
        float[] rows = [.. Enumerable.Range(0, 90).Select(i => MathF.Sin(i) * 3)];
        Assert.AreEqual(Network.Check(rows, 15).ToString(), TrainedNetwork.Load(folder["network.densenet"]).Check(rows, 15).ToString());
    }

    [TestMethod]
    public void Only_a_network_with_statistics_needs_the_newer_format()
    {
        Assert.AreEqual(4, ModelFileBuilder.Save(Network)[8]);
        Assert.AreEqual(1, ModelFileBuilder.Save(Network.WithStatistics(null))[8]);
        Assert.AreEqual(4, NetworkFile.FormatVersion);
    }

    [TestMethod]
    public void Statistics_of_each_task_survive_a_file()
    {
        foreach (var network in new[] { Create(LearningTask.Regression, 1), Create(LearningTask.MulticlassClassification, 3), Create(LearningTask.MulticlassClassification, 100) })
        {
            Assert.IsNotNull(network.Statistics!.Prediction);
            Assert.AreEqual(TrainingStatisticsTests.Json(network.Statistics), TrainingStatisticsTests.Json(ModelFileBuilder.Load(ModelFileBuilder.Save(network)).Statistics));
        }
    }

    [TestMethod]
    [DataRow("\"rows\":40", "\"rows\":-1", "rows")]
    [DataRow("\"rows\":40", "\"rows\":1.5", "rows")]
    [DataRow("\"effectiveRows\":40", "\"effectiveRows\":-2", "number of rows")]
    [DataRow("\"slot\":0", "\"slot\":-1", "slot")]
    [DataRow("\"slot\":1,", "\"slot\":0,", "after slot")]
    [DataRow("\"slot\":5,", "\"slot\":9,", "of 6")]
    [DataRow("\"missing\":0,", "\"missing\":2,", "share of 2")]
    [DataRow("\"missing\":0,", "", "'missing'")]
    [DataRow("\"missing\":0,", "\"missing\":0,\"more\":1,", "does not know")]
    [DataRow("\"count\":2", "\"count\":0", "fit")]
    [DataRow("\"count\":2", "\"count\":3", "after slot")]
    [DataRow("\"categories\":[0,1]", "\"categories\":[1,0]", "categories")]
    [DataRow("\"categories\":[0,1]", "\"categories\":[0,2]", "categories")]
    [DataRow("\"categories\":[0,1]", "\"categories\":[0]", "categories")]
    [DataRow("\"categories\":[0,1]", "\"categories\":[0,\"1\"]", "holds something else than numbers")]
    [DataRow("\"heldOut\":false", "\"heldOut\":0", "heldOut")]
    [DataRow("\"distribution\":{\"slot\":0", "\"distribution\":{\"slot\":3", "another task")]
    public void Statistics_that_do_not_fit_are_refused(string part, string other, string expected)
    {
        byte[] file = ModelFileBuilder.Save(Network);
        string header = Encoding.UTF8.GetString(file, 16, BitConverter.ToInt32(file, 12));
        Assert.Contains(part, header);
        int place = header.IndexOf(part, StringComparison.Ordinal);
        byte[] altered = WithHeader(header[..place] + other + header[(place + part.Length)..]);
        StringAssert.Contains(Assert.ThrowsExactly<FormatException>(() => ModelFileBuilder.Load(altered)).Message, expected);
    }

    [TestMethod]
    public void Too_many_entries_are_refused()
    {
        string number = "{\"slot\":0,\"missing\":0,\"maximum\":9,\"starts\":[0,1,2,3,4,5,6,7,8,9],\"shares\":[0,0,0,0,0,0,0,0,0,1]}";
        string list = string.Join(",", Enumerable.Range(0, 300).Select(slot => number.Replace("\"slot\":0", $"\"slot\":{slot}", StringComparison.Ordinal)));
        var wide = TestNetworks.Create(Layer.Linear(1), 300);
        byte[] file = ModelFileBuilder.Save(wide);
        string header = Encoding.UTF8.GetString(file, 16, BitConverter.ToInt32(file, 12)).Replace("\"network\":", $"\"statistics\":{{\"rows\":1,\"effectiveRows\":1,\"features\":[{list}]}},\"network\":", StringComparison.Ordinal);
        byte[] altered = new ModelFileBuilder { Version = 4, HeaderBytes = Padded(header), Values = wide.Parameters.ToArray() }.ToArray();
        StringAssert.Contains(Assert.ThrowsExactly<FormatException>(() => ModelFileBuilder.Load(altered)).Message, "3,000 bins and categories");
    }

    [TestMethod]
    [TestCategory(FuzzRounds.Category)]
    [DataRow(1)]
    [DataRow(2)]
    public void Altered_statistics_load_and_work_or_are_refused(int seed)
    {
        string[] tokens = ["0", "-1", "1", "0.5", "2147483647", "1e308", "1e999", "-1e-320", "null", "true", "[]", "{}", "", "64", "\"x\"", "[0,1,2]", "0,0", "99999999999999999999"];
        var random = new Random(seed);
        byte[] file = ModelFileBuilder.Save(Network);
        string header = Encoding.UTF8.GetString(file, 16, BitConverter.ToInt32(file, 12));
        int start = header.IndexOf("\"statistics\"", StringComparison.Ordinal), end = header.IndexOf("\"network\"", StringComparison.Ordinal);
        float[] rows = [.. Enumerable.Range(0, 18).Select(i => i % 5 == 4 ? float.NaN : i - 9f)];
        int loaded = 0;
        for (int round = 0; round < FuzzRounds.Of(4000); round++)
        {
            string text = header;
            for (int i = random.Next(1, 3); i > 0; i--)
            {
                int place = random.Next(start, Math.Min(end, text.Length));
                while (place < text.Length && !char.IsAsciiDigit(text[place]))
                    place++;
                int after = place;
                while (after < text.Length && (char.IsAsciiDigit(text[after]) || text[after] is '.' or 'E' or '-'))
                    after++;
                text = text[..place] + tokens[random.Next(tokens.Length)] + text[after..];
            }

            try
            {
                var network = ModelFileBuilder.Load(WithHeader(text));
                loaded++;
                if (network.Statistics is not null)
                    Assert.IsNotEmpty(network.Check(rows, 3).ToString());
            }
            catch (FormatException refusal)
            {
                StringAssert.StartsWith(refusal.Message, "The DenseNet model");
            }
        }

        Assert.IsGreaterThan(FuzzRounds.Of(4000) / 20, loaded);
    }

    private static TrainedNetwork Create(LearningTask task, int outputs)
    {
        var random = new Random(3);
        var network = TestNetworks.Create(6, outputs).With(new NetworkSignature(task));
        float[] rows = [.. Enumerable.Range(0, 40).SelectMany(row => new float[] { random.NextSingle(), row % 4, random.Next(5) == 0 ? float.NaN : random.Next(100), row % 2, 1 - (row % 2), 7 })];
        return network.WithStatistics(network.ComputeStatistics(rows, 40, categories: [new SlotRange(3, 2)]));
    }

    private static byte[] WithHeader(string header) => new ModelFileBuilder { Version = 4, HeaderBytes = Padded(header), Values = [.. Network.Parameters.Span, .. Network.Buffers.Span] }.ToArray();

    private static byte[] Padded(string header)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(header);
        return [.. bytes, .. Enumerable.Repeat((byte)' ', -bytes.Length & 3)];
    }
}
