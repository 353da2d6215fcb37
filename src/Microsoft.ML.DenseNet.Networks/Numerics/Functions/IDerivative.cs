namespace Microsoft.ML.DenseNet;

/// <summary>The backward pass of an elementwise function: from the gradient of its results to that of its inputs, over a block of rows.</summary>
internal interface IDerivative
{
    /// <summary>Multiplies the gradient of the results by the derivative. Whole vectors are read and written.</summary>
    /// <param name="x">The first input.</param>
    /// <param name="y">The first result; results and both gradients are laid out like the inputs.</param>
    /// <param name="outer">The first gradient of the results.</param>
    /// <param name="inner">Where the first gradient of the inputs goes; may be <paramref name="outer"/>.</param>
    /// <param name="stride">The distance from one row to the next.</param>
    /// <param name="rows">The number of rows.</param>
    /// <param name="columns">The number of columns.</param>
    /// <param name="adds">Whether the gradient is added to what is already there.</param>
    void Backward(ref readonly float x, ref readonly float y, ref readonly float outer, ref float inner, nuint stride, int rows, int columns, bool adds);
}
