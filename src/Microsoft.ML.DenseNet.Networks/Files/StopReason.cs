namespace Microsoft.ML.DenseNet;

/// <summary>Why training ended.</summary>
public enum StopReason
{
    /// <summary>All epochs were run.</summary>
    Completed,

    /// <summary>The validation loss did not improve for as long as the options allow.</summary>
    EarlyStopping,

    /// <summary>An observer requested it.</summary>
    Observer,
}
