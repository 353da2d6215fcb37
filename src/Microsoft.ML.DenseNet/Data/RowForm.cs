namespace Microsoft.ML.DenseNet;

/// <summary>How a <see cref="BlockBuilder"/> stores features.</summary>
internal enum RowForm
{
    /// <summary>All values.</summary>
    Dense,

    /// <summary>Only the values that are not 0.</summary>
    Sparse,

    /// <summary>As they come, until one of the other forms is chosen: the stored values of sparse vectors and all values of dense ones.</summary>
    AsStored,
}
