using Microsoft.ML.Data;

namespace Microsoft.ML.DenseNet;

/// <summary>Computes outputs from ML.NET's vectors.</summary>
internal static class VectorPrediction
{
    /// <summary>The network's outputs for a dense or sparse vector.</summary>
    /// <param name="network">The network.</param>
    /// <param name="features">As long as the network has inputs.</param>
    /// <param name="output">Receives one value for each network output.</param>
    public static void ComputeOutputs(this TrainedNetwork network, in VBuffer<float> features, Span<float> output)
    {
        if (features.Length != network.Layout.InputWidth)
            throw new ArgumentException($"{nameof(features)} has {features.Length} values; {network.Layout.InputWidth} are needed.", nameof(features));
        if (features.IsDense)
            network.ComputeOutputs(features.GetValues(), output);
        else
            network.ComputeOutputs(features.GetIndices(), features.GetValues(), output);
    }

    /// <summary>The same for a vector that <see cref="FeatureVector.FindFault"/> found nothing wrong with.</summary>
    public static void ComputeOutputsChecked(this TrainedNetwork network, in VBuffer<float> features, Span<float> output)
    {
        if (features.IsDense)
            network.ComputeOutputs(features.GetValues(), output);
        else
            network.ComputeOutputsChecked(features.GetIndices(), features.GetValues(), output);
    }
}
