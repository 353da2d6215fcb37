namespace Microsoft.ML.DenseNet;

/// <summary>What becomes of a row when rows are set aside.</summary>
internal enum RowSide
{
    /// <summary>It is learned from.</summary>
    Training,

    /// <summary>It is validated on.</summary>
    Validation,

    /// <summary>Neither: it is later than the validation rows, but its group has earlier rows that are learned from.</summary>
    LeftOut,
}
