namespace Microsoft.ML.DenseNet.Mpi.Tests;

/// <summary>Compares networks.</summary>
internal static class Networks
{
    /// <summary>Checks that two networks are the same, bit for bit, with the same history but for the seconds.</summary>
    public static void AssertSame(TrainedNetwork expected, TrainedNetwork actual, string what)
    {
        Assert.AreEqual(expected.Layout.Layer.ToString(), actual.Layout.Layer.ToString(), what);
        CollectionAssert.AreEqual(expected.Parameters.ToArray(), actual.Parameters.ToArray(), what);
        CollectionAssert.AreEqual(expected.Buffers.ToArray(), actual.Buffers.ToArray(), what);
        Assert.AreEqual(expected.History.BestEpoch, actual.History.BestEpoch, what);
        Assert.AreEqual(expected.History.Networks, actual.History.Networks, what);
        CollectionAssert.AreEqual(expected.History.Select(epoch => epoch with { Seconds = 0 }).ToArray(), actual.History.Select(epoch => epoch with { Seconds = 0 }).ToArray(), what);
    }

    /// <summary>Checks that two networks have the same layout, history and weights up to the rounding of sums.</summary>
    public static void AssertClose(TrainedNetwork expected, TrainedNetwork actual, string what)
    {
        Assert.AreEqual(expected.Layout.Layer.ToString(), actual.Layout.Layer.ToString(), what);
        Assert.HasCount(expected.History.Count, actual.History, what);
        for (int epoch = 0; epoch < expected.History.Count; epoch++)
            Assert.AreEqual(1, actual.History[epoch].TrainingLoss / expected.History[epoch].TrainingLoss, 1e-3, $"{what}: loss of epoch {epoch + 1}");
        AssertClose(expected.Parameters.Span, actual.Parameters.Span, what);
    }

    /// <summary>Checks that weights are the same up to the rounding of sums.</summary>
    public static void AssertClose(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual, string what)
    {
        Assert.AreEqual(expected.Length, actual.Length, what);
        double difference = 0, size = 0;
        for (int i = 0; i < expected.Length; i++)
        {
            difference += Math.Pow(expected[i] - actual[i], 2);
            size += Math.Pow(expected[i], 2);
        }

        Assert.IsLessThan(2e-3, Math.Sqrt(difference / size), what);
    }
}
