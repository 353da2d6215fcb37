namespace Microsoft.ML.DenseNet;

/// <summary>The network's outputs for the row at which a cursor stands.</summary>
internal interface INetworkOutputs
{
    /// <summary>Computes the outputs, if that was not done; they are valid until the next call or the cursor's next move.</summary>
    ReadOnlySpan<float> Current();
}
