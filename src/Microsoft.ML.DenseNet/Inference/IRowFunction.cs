namespace Microsoft.ML.DenseNet;

/// <summary>A layer that the kernels cannot compute themselves.</summary>
internal interface IRowFunction
{
    /// <summary>Computes rows: [rows, inputs] to [rows, outputs], both row-major and dense.</summary>
    void Run(ReadOnlySpan<float> inputs, int rows, Span<float> outputs);
}
