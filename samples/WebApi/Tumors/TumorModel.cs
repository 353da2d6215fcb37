using System.Buffers;
using Microsoft.ML.DenseNet;

namespace WebApi.Tumors;

/// <summary>A network that predicts from plain numbers, without ML.NET, on any number of threads at once: no pool is needed.</summary>
internal sealed class TumorModel
{
    /// <summary>The numbers that describe a tumor.</summary>
    public const int FeatureCount = 30;

    private readonly TrainedNetwork _network;

    private TumorModel(TrainedNetwork network) => _network = network;

    /// <summary>Loads a network and tries it on an example, which also compiles it.</summary>
    /// <exception cref="Exception">The file is damaged, or not a network from these numbers to a diagnosis.</exception>
    public static TumorModel Load(Stream file)
    {
        var network = TrainedNetwork.Load(file);
        if (network.Task != LearningTask.BinaryClassification || network.Layout.InputWidth != FeatureCount || network.PrecedingTransforms.Count > 0)
            throw new InvalidDataException($"A binary classifier of {FeatureCount} numbers, without transforms before it, is required. The file has: {network}");
        var model = new TumorModel(network);
        var diagnosis = model.Predict(new float[FeatureCount]);
        return float.IsFinite(diagnosis.Probability) ? model : throw new InvalidDataException($"The model predicts the probability {diagnosis.Probability} for zeros.");
    }

    /// <summary>Predicts one tumor.</summary>
    public Diagnosis Predict(ReadOnlySpan<float> features)
    {
        Span<float> probability = stackalloc float[1];
        _network.Predict(features, probability);
        return ToDiagnosis(probability[0]);
    }

    /// <summary>Predicts many tumors as one block, which is faster than one by one and gives the same bits.</summary>
    public Diagnosis[] Predict(IReadOnlyList<TumorRequest> tumors)
    {
        float[] rented = ArrayPool<float>.Shared.Rent(tumors.Count * (FeatureCount + 1));
        var features = rented.AsSpan(0, tumors.Count * FeatureCount);
        var probabilities = rented.AsSpan(features.Length, tumors.Count);
        for (int row = 0; row < tumors.Count; row++)
            tumors[row].Features.CopyTo(features[(row * FeatureCount)..]);
        _network.PredictBlock(features, tumors.Count, probabilities);

        var diagnoses = new Diagnosis[tumors.Count];
        for (int row = 0; row < diagnoses.Length; row++)
            diagnoses[row] = ToDiagnosis(probabilities[row]);
        ArrayPool<float>.Shared.Return(rented);
        return diagnoses;
    }

    private static Diagnosis ToDiagnosis(float probability) => new(probability > 0.5f, probability);
}
