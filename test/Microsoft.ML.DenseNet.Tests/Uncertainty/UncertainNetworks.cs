namespace Microsoft.ML.DenseNet.Tests;

/// <summary>Networks with each form of intervals, quantiles and sets of classes, for tests of files.</summary>
internal static class UncertainNetworks
{
    public static TrainedNetwork Intervals { get; } = TestNetworks.Create(3, 1).With(new NetworkSignature(LearningTask.Regression) { Intervals = new IntervalRule([0.8, 0.95], [1.5f, 2.25f], TestNetworks.Create(3, 1)) });

    public static TrainedNetwork Quantiles { get; } = TestNetworks.Create(3, 3).With(new NetworkSignature(LearningTask.Regression)
    {
        Quantiles = [0.05, 0.5, 0.95],
        Intervals = new IntervalRule([0.9], [-0.125f], null, [(0, 2)]),
    });

    public static TrainedNetwork Sets { get; } = TestNetworks.Create(3, 4).With(new NetworkSignature(LearningTask.MulticlassClassification) { Sets = new SetRule(0.9, 0.75f) });

    public static IReadOnlyList<TrainedNetwork> All => [Intervals, Quantiles, Sets];
}
