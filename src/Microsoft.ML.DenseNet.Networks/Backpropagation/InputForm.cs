namespace Microsoft.ML.DenseNet;

/// <summary>How a <see cref="BackpropagationProgram"/> reads features.</summary>
internal enum InputForm
{
    /// <summary>Zeros included.</summary>
    Dense,

    /// <summary>Without zeros; the gradient of the layer that reads them is written out in full, for optimizers that update all values in each step.</summary>
    Sparse,

    /// <summary>Without zeros; the gradient of the layer that reads them is a <see cref="RowGradient"/>, for optimizers that update only the touched rows.</summary>
    SparseRows,
}
