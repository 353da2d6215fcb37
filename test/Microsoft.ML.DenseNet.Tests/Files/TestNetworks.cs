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

    /// <summary>Every kind of layer but a module of the user's own; for <see cref="EveryLayerInputs"/> inputs.</summary>
    public static Layer EveryLayer { get; } = Layer.Sequential(
        Layer.Standardize, Layer.Linear(4), Layer.EmbeddingBag(4), Layer.ReLU, Layer.PReLU(), Layer.BatchNorm(), Layer.LayerNorm(), Layer.Dropout(),
        Layer.Sum(Layer.Identity, Layer.Tanh), Layer.Concat(Layer.Identity, Layer.SiLU), Layer.Residual(Layer.GELU),
        Layer.RobustScale, Layer.Scale, Layer.MissingIndicators(new SlotRange(0, 1)), Layer.Select(new SlotRange(1, 2)), Layer.PeriodicEmbedding(), Layer.PiecewiseLinearEmbedding(), Layer.Destandardize, new AscendingLayer(1),
        new RepeatLayer(2), new EnsembleLinearLayer(2, 3, true, MemberScaling.Ones), new MemberLinearLayer(2, 1), new MemberMeanLayer(2, MeanKind.Outputs));

    public const int EveryLayerInputs = 3;

    /// <summary>Every field of a signature, for 3 inputs and 2 outputs.</summary>
    public static NetworkSignature Named { get; } = new(LearningTask.MulticlassClassification)
    {
        ClassNames = ["no", "\"yes\""],
        FeatureColumnName = "Features",
        FeatureNames = ["age", "", "größe"],
        PrecedingTransforms = ["Normalizer"],
    };

    /// <summary>A key column with names and a vector of keys without, for 6 inputs and 1 output.</summary>
    public static NetworkSignature WithCategories { get; } = new(LearningTask.Regression)
    {
        CategoryColumns = [new CategoryColumn("city", 2, 1, ["Bern", "Köln"]), new CategoryColumn("tags", 1, 3, null)],
    };

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

    /// <summary>What a trainer makes when no network is named, for <see cref="ScoringRow"/>s, a few epochs trained.</summary>
    public static TrainedNetwork Default(MLContext ml) => TaskCase.Multiclass.NetworkOf(TaskCase.Multiclass.Trainer(ml, options =>
    {
        options.HiddenUnits = null;
        options.NumberOfEpochs = 2;
    }).Fit(TestTransformers.Data(ml, ScoringRow.Create(300))));

    /// <summary>An ensemble of a trainer's making, for <see cref="ScoringRow"/>s.</summary>
    public static TrainedNetwork Ensemble(MLContext ml) => TaskCase.Binary.NetworkOf(TaskCase.Binary.Trainer(ml, options =>
    {
        options.EnsembleSize = 3;
        options.NumberOfEpochs = 1;
    }).Fit(TestTransformers.Data(ml, ScoringRow.Create(50))));

    public static TrainingHistory History() => new(
        [
            new EpochRecord(1, 0.7, 0.8, 0.001, null, 0.5),
            new EpochRecord(2, 0.6, 0.75, 0.0005, null, 1.0),
            new EpochRecord(3, 0.5, 0.77, 0.00025, null, 1.5),
        ],
        bestEpoch: 2,
        StopReason.EarlyStopping);
}
