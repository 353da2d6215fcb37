namespace Microsoft.ML.DenseNet;

/// <summary>Why a training ended.</summary>
public enum StopReason
{
    /// <summary>All epochs were run.</summary>
    Completed,

    /// <summary>The validation loss had not improved for as long as the options allow.</summary>
    EarlyStopping,

    /// <summary>An observer asked for it.</summary>
    Observer,
}
