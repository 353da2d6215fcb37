using Microsoft.ML;
using Microsoft.ML.DenseNet;

namespace WebApi;

/// <summary>The model, loaded once. Its network predicts on any number of threads at once, so requests need no pool of engines.</summary>
internal sealed class TumorModel
{
    private readonly TrainedNetwork _network;

    private TumorModel(TrainedNetwork network) => _network = network;

    /// <summary>The number of measurements that a prediction needs.</summary>
    public int FeatureCount => _network.Layout.InputWidth;

    /// <summary>Loads a model that <c>mlContext.Model.Save</c> wrote.</summary>
    public static TumorModel Load(string file)
    {
        var model = (DenseNetBinaryTransformer)new MLContext().Model.Load(file, out _);
        return new TumorModel(model.Model.Network);
    }

    /// <summary>Predicts one tumor.</summary>
    public Diagnosis Predict(ReadOnlySpan<float> features)
    {
        Span<float> logit = stackalloc float[1];
        _network.Predict(features, logit);
        return new Diagnosis(logit[0] > 0, 1 / (1 + MathF.Exp(-logit[0])));
    }
}
