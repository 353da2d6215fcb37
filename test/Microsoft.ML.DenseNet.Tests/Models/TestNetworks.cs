namespace Microsoft.ML.DenseNet.Tests;

/// <summary>Networks with random values, made without training.</summary>
internal static class TestNetworks
{
    /// <summary>Two hidden layers with parallel, densely connected and residual paths: every combinator.</summary>
    public static Layer Body { get; } = Layer.Sequential(
        Layer.Standardize,
        Layer.Linear(8),
        Layer.Sum(Layer.ReLU, Layer.Tanh),
        Layer.Concat(Layer.Identity, Layer.Sequential(Layer.Linear(4), Layer.ReLU)),
        Layer.Residual(Layer.Sequential(Layer.Linear(12), Layer.Tanh)));

    public static TrainedNetwork Create(int inputWidth, int outputWidth, int seed = 1) =>
        Create(Layer.Sequential(Body, Layer.Linear(outputWidth)), inputWidth, seed);

    public static TrainedNetwork Create(Layer layer, int inputWidth, int seed = 1)
    {
        var layout = new NetworkLayout(layer, inputWidth);
        var random = new Random(seed);
        return new TrainedNetwork(layout, Values(layout.ParameterCount, -0.5f), Values(layout.BufferCount, 0.1f), History());

        // Buffers hold variances, which are above 0.
        float[] Values(int count, float minimum) => [.. Enumerable.Range(0, count).Select(_ => minimum + random.NextSingle())];
    }

    public static TrainingHistory History() => new(
        [
            new EpochRecord(1, 0.7, 0.8, 0.001, null, 0.5),
            new EpochRecord(2, 0.6, 0.75, 0.0005, null, 1.0),
            new EpochRecord(3, 0.5, 0.77, 0.00025, null, 1.5),
        ],
        bestEpoch: 2,
        StopReason.EarlyStopping);
}
