using Microsoft.ML.Data;

namespace Microsoft.ML.DenseNet;

/// <summary>Computes outputs from ML.NET's vectors.</summary>
internal static class VectorPrediction
{
    /// <summary>Computes the network's outputs for a dense or sparse vector.</summary>
    /// <param name="network">The network.</param>
    /// <param name="features">The vector, as long as the network's input is wide.</param>
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

    /// <summary>The same for a vector in which <see cref="FeatureVector.FindFault"/> found no fault.</summary>
    public static void ComputeOutputsChecked(this TrainedNetwork network, in VBuffer<float> features, Span<float> output)
    {
        if (features.IsDense)
            network.ComputeOutputs(features.GetValues(), output);
        else
            network.ComputeOutputsChecked(features.GetIndices(), features.GetValues(), output);
    }

    /// <summary>Computes what score columns are made of, for a vector without a fault: the outputs and, if intervals have one, the row's scale.</summary>
    public static void ComputeColumnInputs(this TrainedNetwork network, in VBuffer<float> features, Span<float> values)
    {
        int width = network.Layout.OutputWidth;
        network.ComputeOutputsChecked(in features, values[..width]);
        network.IntervalScale?.ComputeOutputsChecked(in features, values[width..]);
    }
}
