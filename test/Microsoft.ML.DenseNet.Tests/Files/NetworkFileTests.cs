using System.Runtime.InteropServices;
using System.Text;

namespace Microsoft.ML.DenseNet.Tests;

[TestClass]
public sealed class NetworkFileTests
{
    [TestMethod]
    public void A_network_comes_back_bit_by_bit()
    {
        var network = TestNetworks.Create(5, 3);
        var loaded = ModelFileBuilder.Load(ModelFileBuilder.Save(network));

        Assert.AreEqual(network.Layout.Layer, loaded.Layout.Layer);
        Assert.AreEqual(network.Layout.InputWidth, loaded.Layout.InputWidth);
        SameBits(network.Parameters.Span, loaded.Parameters.Span);
        SameBits(network.Buffers.Span, loaded.Buffers.Span);
        Assert.AreEqual(network.History.BestEpoch, loaded.History.BestEpoch);
        Assert.AreEqual(network.History.StopReason, loaded.History.StopReason);
        CollectionAssert.AreEqual(network.History.Select(epoch => epoch with { Seconds = 0 }).ToArray(), loaded.History.ToArray()); // times lie elsewhere
        CollectionAssert.AreEqual(network.Tensors.Select(t => t.Name).ToArray(), loaded.Tensors.Select(t => t.Name).ToArray());
    }

    [TestMethod]
    public void Every_bit_pattern_of_a_value_is_kept()
    {
        float[] values = [float.NaN, BitConverter.Int32BitsToSingle(0x7fc12345), float.PositiveInfinity, float.NegativeInfinity, -0f, float.Epsilon];
        var network = new TrainedNetwork(new NetworkLayout(Layer.Linear(2), 2), values, [], TestNetworks.History());
        SameBits(values, ModelFileBuilder.Load(ModelFileBuilder.Save(network)).Parameters.Span);
    }

    [TestMethod]
    public void A_history_keeps_what_is_missing_and_marks_what_is_not_finite()
    {
        EpochRecord[] epochs =
        [
            new(1, double.NaN, double.PositiveInfinity, 0.1, double.NaN, 1),
            new(2, 1 / 3.0, null, 1e-300, null, 2),
            new(3, 0.25, 0.5, 0.1, 7, 3),
        ];
        var network = new TrainedNetwork(new NetworkLayout(Layer.Linear(1), 1), [1, 2], [], new TrainingHistory(epochs, 3, StopReason.Observer, networks: 2));
        var loaded = ModelFileBuilder.Load(ModelFileBuilder.Save(network)).History;

        // JSON knows neither NaN nor infinity; both come back as NaN, apart from what was never measured.
        Assert.AreEqual(new EpochRecord(1, double.NaN, double.NaN, 0.1, double.NaN, 0), loaded[0]);
        Assert.AreEqual(epochs[1] with { Seconds = 0 }, loaded[1]);
        Assert.AreEqual(epochs[2] with { Seconds = 0 }, loaded[2]);
        Assert.AreEqual(3, loaded.BestEpoch);
        Assert.AreEqual(StopReason.Observer, loaded.StopReason);
        Assert.AreEqual(2, loaded.Networks);
    }

    [TestMethod]
    public void Times_lie_beside_the_network()
    {
        EpochRecord[] epochs = [new(1, 2, null, 0.1, null, 0.25), new(2, 1, null, 0.1, null, 1 / 3.0)];
        var history = new TrainingHistory(epochs, 2, StopReason.Completed, networks: 3);
        using var times = new MemoryStream();
        EpochTimes.Save(history, times);

        times.Position = 0;
        var loaded = EpochTimes.Load(new TrainingHistory(epochs.Select(epoch => epoch with { Seconds = 0 }), 2, StopReason.Completed, networks: 3), times);
        CollectionAssert.AreEqual(epochs, loaded.ToArray());
        Assert.AreEqual((2, StopReason.Completed, 3), (loaded.BestEpoch, loaded.StopReason, loaded.Networks));

        times.Position = 1;
        Assert.ThrowsExactly<FormatException>(() => EpochTimes.Load(history, times));
    }

    [TestMethod]
    public void The_longest_history_fits()
    {
        var epochs = Enumerable.Range(1, TrainingHistory.MaximumCount).Select(i => new EpochRecord(i, -1.2345678901234567e-100 * i, -1.2345678901234567e-100 * i, 1.2345678901234567e-100, 1.2345678901234567e-100, 0));
        var history = new TrainingHistory(epochs, 5, StopReason.Completed);
        var network = new TrainedNetwork(new NetworkLayout(Layer.Linear(1), 1), [1, 2], [], history);
        CollectionAssert.AreEqual(history.ToArray(), ModelFileBuilder.Load(ModelFileBuilder.Save(network)).History.ToArray());
    }

    [TestMethod]
    public void A_file_may_begin_anywhere_in_a_stream()
    {
        byte[] file = ModelFileBuilder.Save(TestNetworks.Create(3, 1));
        using var stream = new MemoryStream([1, 2, 3, .. file]);
        stream.Position = 3;
        TrainedNetwork.Load(stream);
        Assert.AreEqual(stream.Length, stream.Position);
    }

    [TestMethod]
    public void Values_lie_at_a_multiple_of_four()
    {
        for (int width = 1; width < 20; width++)
        {
            var network = TestNetworks.Create(Layer.Sequential(Enumerable.Repeat(Layer.Linear(1), width)), 1);
            byte[] file = ModelFileBuilder.Save(network);
            int offset = 16 + BitConverter.ToInt32(file, 12);
            Assert.AreEqual(0, offset % 4);
            SameBits(network.Parameters.Span, MemoryMarshal.Cast<byte, float>(file.AsSpan(offset, 4 * network.Layout.ParameterCount)));
        }
    }

    [TestMethod]
    public void The_builder_of_these_tests_makes_a_good_file()
    {
        var network = ModelFileBuilder.Load(new ModelFileBuilder().ToArray());
        CollectionAssert.AreEqual(new[] { 1f, 2f, 3f }, network.Parameters.ToArray());
    }

    [TestMethod]
    public void A_newer_format_asks_for_an_update()
    {
        // Whatever else has changed in it.
        byte[] file = new ModelFileBuilder { Version = NetworkFile.FormatVersion + 1, HeaderLength = -5 }.ToArray();
        var exception = Assert.ThrowsExactly<FormatException>(() => ModelFileBuilder.Load(file));
        StringAssert.Contains(exception.Message, "saved by a newer version", StringComparison.Ordinal);
        StringAssert.Contains(exception.Message, "Update the package", StringComparison.Ordinal);
    }

    [TestMethod]
    public void Cut_off_anywhere_it_is_damaged()
    {
        byte[] file = ModelFileBuilder.Save(TestNetworks.Create(2, 1));
        for (int length = 0; length < file.Length; length++)
            Damaged(file[..length], $"cut off after {length} bytes");
        Damaged([.. file, 0], "one byte too many");
    }

    [TestMethod]
    public void With_any_bit_flipped_it_is_damaged()
    {
        byte[] file = ModelFileBuilder.Save(TestNetworks.Create(2, 1));
        for (int i = 0; i < 8 * file.Length; i++)
        {
            byte[] altered = [.. file];
            altered[i / 8] ^= (byte)(1 << (i % 8));
            Assert.ThrowsExactly<FormatException>(() => ModelFileBuilder.Load(altered), $"bit {i} flipped");
        }
    }

    [TestMethod]
    [DataRow("\"inputWidth\":2", "\"inputWidth\":3", "declares 3 parameters")]
    [DataRow("\"inputWidth\":2", "\"inputWidth\":0", "inputWidth is 0")]
    [DataRow("\"inputWidth\":2", "\"inputWidth\":-2147483648", "inputWidth is -2147483648")]
    [DataRow("\"inputWidth\":2", "\"inputWidth\":2147483647", "inputWidth is 2147483647")]
    [DataRow("\"inputWidth\":2", "\"inputWidth\":16777216", "declares 3 parameters, its network has 16777217")]
    [DataRow("\"outputWidth\":1", "\"outputWidth\":2", "declares 2 outputs")]
    [DataRow("\"parameterCount\":3", "\"parameterCount\":2147483647", "declares 2147483647 parameters")]
    [DataRow("\"parameterCount\":3", "\"parameterCount\":-3", "declares -3 parameters")]
    [DataRow("\"parameterCount\":3", "\"parameterCount\":3e0", "'parameterCount'")]
    [DataRow("\"bufferCount\":0", "\"bufferCount\":1", "declares 1 buffer values")]
    [DataRow("\"units\":1", "\"units\":16777216", "declares 1 outputs, its network has 16777216")]
    [DataRow("\"libraryVersion\":\"1.0.0\",", "", "'libraryVersion'")]
    [DataRow("\"libraryVersion\"", "\"LibraryVersion\"", "'libraryVersion'")]
    [DataRow("\"inputWidth\":2,", "\"inputWidth\":2,\"inputWidth\":2,", "not valid JSON")]
    [DataRow("\"inputWidth\":2,", "\"inputWidth\":2,\"unheardOf\":2,", "does not know")]
    [DataRow("\"inputWidth\":2", "\"inputWidth\":NaN", "not valid JSON")]
    [DataRow("\"inputWidth\":2", "\"inputWidth\":\"2\"", "'inputWidth'")]
    [DataRow("\"1.0.0\"", "\"\\ud800\"", "not valid JSON")]
    [DataRow("\"bestEpoch\":1", "\"bestEpoch\":2", "names 2 as the best")]
    [DataRow("\"bestEpoch\":1", "\"bestEpoch\":-1", "names -1 as the best")]
    [DataRow("\"Completed\"", "\"completed\"", "'stopReason'")]
    [DataRow("\"Completed\"", "0", "'stopReason'")]
    [DataRow("\"epochs\":[", "\"epochs\":[0,", "not a JSON object")]
    [DataRow("\"trainingLoss\":0.5", "\"trainingLoss\":1e999", "'trainingLoss'")]
    [DataRow("\"trainingLoss\":0.5,", "", "'trainingLoss'")]
    [DataRow("\"learningRate\":0.1", "\"learningRate\":0.1,\"minutes\":1", "does not know")]
    [DataRow("\"history\":", "\"history\":null,\"x\":", "not a JSON object")]
    [DataRow("{\"libraryVersion\"", "[{\"libraryVersion\"", "not valid JSON")]
    [DataRow("\"libraryVersion\":\"1.0.0\"", "\"libraryVersion\":\"1.0.0\"/*c*/", "not valid JSON")]
    public void A_header_that_does_not_fit_is_refused_although_the_checksum_is_right(string part, string replacement, string message)
    {
        Assert.Contains(part, ModelFileBuilder.Header, StringComparison.Ordinal);
        string header = ModelFileBuilder.Header.Replace(part, replacement, StringComparison.Ordinal);
        Damaged(ModelFileBuilder.WithHeader(header), message, message);
    }

    [TestMethod]
    [DataRow("")]
    [DataRow("null")]
    [DataRow("{}")]
    [DataRow("[]")]
    [DataRow("\"")]
    [DataRow("{\"libraryVersion\":\"")]
    public void What_is_no_header_is_refused(string header) => Damaged(ModelFileBuilder.WithHeader(header), header);

    [TestMethod]
    public void A_header_that_is_not_Unicode_is_refused()
    {
        byte[] header = Encoding.UTF8.GetBytes(ModelFileBuilder.Header);
        header[header.AsSpan().IndexOf("1.0.0"u8)] = 0xff;
        Damaged(new ModelFileBuilder { HeaderBytes = header }.ToArray(), "bad UTF-8");
    }

    [TestMethod]
    public void Sizes_far_beyond_the_file_take_no_memory()
    {
        // Almost 2^31 parameters, consistently declared.
        string header = ModelFileBuilder.Header.Replace("Regression", "MulticlassClassification", StringComparison.Ordinal)
            .Replace("\"inputWidth\":2", "\"inputWidth\":127", StringComparison.Ordinal)
            .Replace("\"units\":1", "\"units\":16000000", StringComparison.Ordinal)
            .Replace("\"outputWidth\":1", "\"outputWidth\":16000000", StringComparison.Ordinal)
            .Replace("\"parameterCount\":3", "\"parameterCount\":2048000000", StringComparison.Ordinal);
        byte[] file = ModelFileBuilder.WithHeader(header);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Damaged(file, "2 billion parameters", "asks for 8192000");
        Assert.IsLessThan(100_000, GC.GetAllocatedBytesForCurrentThread() - before);

        foreach (int length in new[] { int.MaxValue, int.MinValue, -1, file.Length })
            Damaged(new ModelFileBuilder { HeaderLength = length }.ToArray(), $"header length {length}");
    }

    [TestMethod]
    [DataRow("{\"type\":\"Residual\",\"body\":", "}", 1_000_000)]
    [DataRow("{\"type\":\"Sequential\",\"layers\":[", "]}", 1_000_000)]
    [DataRow("[", "]", 5_000_000)]
    [DataRow("{\"type\":\"Sequential\",\"layers\":[", "]}", 65)]
    public void Nesting_without_end_is_refused(string open, string close, int depth)
    {
        string nested = string.Concat(Enumerable.Repeat(open, depth)) + "{\"type\":\"ReLU\"}"
            + string.Concat(Enumerable.Repeat(close, depth));
        Damaged(ModelFileBuilder.WithHeader(ModelFileBuilder.Header.Replace("{\"type\":\"Linear\",\"units\":1,\"bias\":true}", nested, StringComparison.Ordinal)), "nesting");
    }

    [TestMethod]
    public void More_layers_than_sensible_are_refused()
    {
        string layers = string.Join(',', Enumerable.Repeat("{\"type\":\"ReLU\"}", NetworkLimits.MaximumLayers));
        string header = ModelFileBuilder.Header.Replace("{\"type\":\"Linear\",\"units\":1,\"bias\":true}", $"{{\"type\":\"Sequential\",\"layers\":[{layers}]}}", StringComparison.Ordinal);
        Damaged(ModelFileBuilder.WithHeader(header), "too many layers", "more than 10,000 layers");
    }

    [TestMethod]
    [DataRow("2147483647,2147483647", "brings the network over")]
    [DataRow("2147483647,2147483647,2147483647,2147483647", "brings the network over")]
    [DataRow("65536,65536,65536,65536,0", "brings the network over")]
    [DataRow("-1", "sizes")]
    [DataRow("1.5", "sizes")]
    [DataRow("\"1\"", "sizes")]
    public void Shapes_of_a_module_that_overflow_are_refused(string shape, string message)
    {
        string header = ModelFileBuilder.Header.Replace(
            "{\"type\":\"Linear\",\"units\":1,\"bias\":true}",
            $"{{\"type\":\"Module\",\"name\":\"m\",\"units\":1,\"tensors\":[{{\"name\":\"w\",\"shape\":[{shape}],\"trained\":true}}]}}",
            StringComparison.Ordinal);
        Damaged(ModelFileBuilder.WithHeader(header), shape, message);
    }

    [TestMethod]
    public void Width_without_end_is_refused()
    {
        // 100 branches side by side, three times over: a million units for each input, and not a single parameter.
        string concat = $"{{\"type\":\"Concat\",\"branches\":[{string.Join(',', Enumerable.Repeat("{\"type\":\"Identity\"}", 100))}]}}";
        string header = ModelFileBuilder.Header
            .Replace("{\"type\":\"Linear\",\"units\":1,\"bias\":true}", $"{{\"type\":\"Sequential\",\"layers\":[{concat},{concat},{concat}{string.Concat(Enumerable.Repeat(",{\"type\":\"ReLU\"}", 100))}]}}", StringComparison.Ordinal)
            .Replace("\"parameterCount\":3", "\"parameterCount\":0", StringComparison.Ordinal);
        Damaged(ModelFileBuilder.WithHeader(header), "too wide", "units wide together");
    }

    [TestMethod]
    public void A_small_file_gets_no_wide_layers()
    {
        // 500 bytes, 13 million units wide, not a single parameter.
        static string Repeat(int count) => $"{{\"type\":\"Repeat\",\"count\":{count}}}";
        const string Tanh = "{\"type\":\"Tanh\"}";
        string residual = $"{{\"type\":\"Residual\",\"body\":{{\"type\":\"Sequential\",\"layers\":[{Tanh},{{\"type\":\"Residual\",\"body\":{Tanh}}}]}}}}";
        string header = ModelFileBuilder.Header
            .Replace("{\"type\":\"Linear\",\"units\":1,\"bias\":true}", $"{{\"type\":\"Sequential\",\"layers\":[{Repeat(256)},{Repeat(256)},{Repeat(40)},{residual},{{\"type\":\"Select\",\"ranges\":[[0,1]]}}]}}", StringComparison.Ordinal)
            .Replace("\"inputWidth\":2", "\"inputWidth\":5", StringComparison.Ordinal)
            .Replace("\"parameterCount\":3", "\"parameterCount\":0", StringComparison.Ordinal);
        byte[] file = new ModelFileBuilder { HeaderBytes = Encoding.UTF8.GetBytes(header), Values = [] }.ToArray();
        Damaged(file, "too wide", "units wide together; with 5 inputs, 0 parameters and 0 other values, at most 1,048,896 are accepted");
    }

    [TestMethod]
    public void More_tokens_than_sensible_are_refused_before_they_take_memory()
    {
        string header = ModelFileBuilder.Header.Replace("\"epochs\":[", "\"epochs\":[" + string.Concat(Enumerable.Repeat("0,", 5_000_000)), StringComparison.Ordinal);
        byte[] file = ModelFileBuilder.WithHeader(header);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Damaged(file, "too many tokens", "too long");
        Assert.IsLessThan(2L * file.Length, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [TestMethod]
    public void A_longer_history_is_refused_when_it_is_made()
    {
        var epoch = new EpochRecord(1, 0, null, 0, null, 0);
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new TrainingHistory(Enumerable.Repeat(epoch, TrainingHistory.MaximumCount + 1), 0, StopReason.Completed));
    }

    [TestMethod]
    public void Loading_takes_little_more_memory_than_the_values()
    {
        var network = TestNetworks.Create(Layer.Linear(1000), 1000);
        byte[] file = ModelFileBuilder.Save(network);
        ModelFileBuilder.Load(file);
        long before = GC.GetAllocatedBytesForCurrentThread();
        ModelFileBuilder.Load(file);

        // The values, and once more what the compiled network keeps of them, packed.
        Assert.IsLessThan(2.1 * file.Length, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static void Damaged(byte[] file, string what, string message = "damaged")
    {
        var exception = Assert.ThrowsExactly<FormatException>(() => ModelFileBuilder.Load(file), what);
        StringAssert.Contains(exception.Message, "damaged", StringComparison.Ordinal);
        StringAssert.Contains(exception.Message, message, StringComparison.Ordinal);
        Assert.IsLessThan(1000, exception.Message.Length, what);
    }

    private static void SameBits(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual) =>
        CollectionAssert.AreEqual(MemoryMarshal.Cast<float, int>(expected).ToArray(), MemoryMarshal.Cast<float, int>(actual).ToArray());
}
