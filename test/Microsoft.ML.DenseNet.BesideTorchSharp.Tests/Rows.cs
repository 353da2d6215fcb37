namespace Microsoft.ML.DenseNet.BesideTorchSharp.Tests;

/// <summary>Small data, and our training of it.</summary>
internal static class Rows
{
    /// <summary>200 rows of 5 features in two classes.</summary>
    public static IDataView Binary(MLContext mlContext) => DenseNetDatasets.MakeClassification(rows: 200, features: 5, informative: 3, seed: 1).ToDataView(mlContext);

    /// <summary>Trains a named network, on the CPU in this library's own code.</summary>
    public static DenseNetBinaryTransformer Train(IDataView rows) =>
        new MLContext(seed: 1).BinaryClassification.Trainers.DenseNet(hiddenUnits: [16, 8], numberOfEpochs: 5).Fit(rows);

    /// <summary>Trains a network that torch computes: with BatchNorm.</summary>
    public static DenseNetBinaryTransformer TrainInTorch(IDataView rows) =>
        new MLContext(seed: 1).BinaryClassification.Trainers.DenseNet(new DenseNetBinaryTrainer.Options
        {
            Network = Layer.Sequential(Layer.Linear(16), Layer.BatchNorm(), Layer.ReLU),
            NumberOfEpochs = 5,
        }).Fit(rows);

    /// <summary>Trains the default network, for a few epochs.</summary>
    public static DenseNetBinaryTransformer TrainDefault(IDataView rows) =>
        new MLContext(seed: 1).BinaryClassification.Trainers.DenseNet(new DenseNetBinaryTrainer.Options { NumberOfEpochs = 8 }).Fit(rows);

    /// <summary>The scores that a model gives the rows.</summary>
    public static float[] Scores(ITransformer model, IDataView rows) => [.. Microsoft.ML.Data.ColumnCursorExtensions.GetColumn<float>(model.Transform(rows), "Score")];
}
