namespace Microsoft.ML.DenseNet;

/// <summary>How a <see cref="BackpropagationProgram"/> reads features.</summary>
internal enum InputForm
{
    /// <summary>With all their zeros.</summary>
    Dense,

    /// <summary>Without zeros; the gradient of what reads them is written out as a whole, for optimizers that move all values in each step.</summary>
    Sparse,

    /// <summary>Without zeros; the gradient of what reads them is a <see cref="RowGradient"/>, for optimizers that move touched rows alone.</summary>
    SparseRows,
}
