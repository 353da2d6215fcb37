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
}
