namespace Microsoft.ML.DenseNet;

/// <summary>The network's outputs for a cursor's current row.</summary>
internal interface INetworkOutputs
{
    /// <summary>Returns the outputs, followed by the row's scale if intervals have one, computing them if necessary; they are valid until the next call or the cursor's next move.</summary>
    ReadOnlySpan<float> Current();
}
