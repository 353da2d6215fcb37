namespace Microsoft.ML.DenseNet.Tests;

/// <summary>Compares the courses of trainings.</summary>
internal static class HistoryAssert
{
    /// <summary>Every number but the seconds, bit for bit.</summary>
    public static void AreSame(TrainingHistory expected, TrainingHistory actual, string name)
    {
        CollectionAssert.AreEqual(expected.Select(Timeless).ToArray(), actual.Select(Timeless).ToArray(), name);
        Assert.AreEqual(expected.BestEpoch, actual.BestEpoch, name);
        Assert.AreEqual(expected.StopReason, actual.StopReason, name);
    }

    private static EpochRecord Timeless(EpochRecord record) => record with { Seconds = 0 };
}
