namespace Microsoft.ML.DenseNet;

/// <summary>How a <see cref="BlockBuilder"/> keeps features.</summary>
internal enum RowForm
{
    /// <summary>All values.</summary>
    Dense,

    /// <summary>The values that are not 0.</summary>
    Sparse,

    /// <summary>As they come, until it is known which of the others it shall be: the stored values of sparse vectors and all values of dense ones.</summary>
    AsStored,
}
