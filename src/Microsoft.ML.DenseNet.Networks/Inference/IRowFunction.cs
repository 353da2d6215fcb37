namespace Microsoft.ML.DenseNet;

/// <summary>A layer that the kernels cannot compute themselves.</summary>
internal interface IRowFunction
{
    /// <summary>Fetches what the function needs; called before the first rows, and possibly again at any time.</summary>
    /// <exception cref="InvalidOperationException">Something is missing; the message says what.</exception>
    void Prepare();

    /// <summary>Computes rows: [rows, inputs] to [rows, outputs], both row-major and dense.</summary>
    void Run(ReadOnlySpan<float> inputs, int rows, Span<float> outputs);
}
