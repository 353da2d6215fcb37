namespace Microsoft.ML.DenseNet;

/// <summary>Why a row is unlike those of the training.</summary>
public enum RowFlagReason
{
    /// <summary>The value is below the lowest one in training.</summary>
    BelowRange,

    /// <summary>The value is above the highest one in training.</summary>
    AboveRange,

    /// <summary>The value is missing, but never was in training.</summary>
    Missing,

    /// <summary>The category did not occur in training: it is one of those, or it is unknown to the encoding, although every training row had one.</summary>
    UnseenCategory,
}
