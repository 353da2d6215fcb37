using Microsoft.ML.DenseNet;

namespace WebApi;

/// <summary>The model, loaded once. It can predict on any number of threads at once, so requests need no engine pool.</summary>
internal sealed class TumorModel
{
    private readonly TrainedNetwork _network;

    private TumorModel(TrainedNetwork network) => _network = network;

    /// <summary>The number of measurements that a prediction needs.</summary>
    public int FeatureCount => _network.Layout.InputWidth;

    /// <summary>Loads a model that <c>mlContext.Model.Save</c> wrote.</summary>
    public static TumorModel Load(string file) => new(TrainedNetwork.Load(file));

    /// <summary>Predicts one tumor.</summary>
    public Diagnosis Predict(ReadOnlySpan<float> features)
    {
        Span<float> probability = stackalloc float[1];
        _network.Predict(features, probability);
        return new Diagnosis(_network.PredictClass(features).Index == 1, probability[0]);
    }
}
