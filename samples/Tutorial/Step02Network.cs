using Microsoft.ML;
using Microsoft.ML.DenseNet;
using Microsoft.ML.DenseNet.Reporting;

namespace Tutorial;

/// <summary>The network: 5 inputs, hidden layers of 8 and 4 units with ReLU, one output; and the settings of its training.</summary>
internal static class Step02Network
{
    /// <summary>The hidden layers; the trainer adds the output layer.</summary>
    public static Layer Hidden { get; } = Layer.Sequential(Layer.Linear(8), Layer.ReLU, Layer.Linear(4), Layer.ReLU);

    /// <summary>Training as the PyTorch tutorial does it: raw features, plain gradient descent, all rows in one step.</summary>
    public static DenseNetBinaryTrainer.Options Options(int epochs) => new()
    {
        Network = Hidden,
        ScaleFeatures = false,
        Optimizer = Optimizers.SGD(),
        LearningRate = 0.1,
        BatchSize = DenseNetOptions.FullBatch,
        Shuffle = false,
        NumberOfEpochs = epochs,
    };

    /// <summary>A model with its initial weights.</summary>
    public static DenseNetBinaryTransformer Untrained() =>
        Step01Data.MLContext.BinaryClassification.Trainers.DenseNet(Options(epochs: 0)).Fit(Step01Data.Data);

    public static void Run()
    {
        Print.Title("2. The network");
        var layout = Untrained().Model.Network.Layout;
        Console.WriteLine(layout);
        Console.WriteLine();
        Console.WriteLine(layout.Summary());
        Pictures.Save("network.png", layout.PlotArchitecture());
    }
}
