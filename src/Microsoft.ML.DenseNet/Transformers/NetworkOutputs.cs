namespace Microsoft.ML.DenseNet;

/// <summary>The network's outputs for the row at which a cursor stands.</summary>
internal abstract class NetworkOutputs
{
    /// <summary>The outputs; valid until the next call or the cursor's next move.</summary>
    public abstract ReadOnlySpan<float> Current();
}
