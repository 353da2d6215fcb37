namespace Microsoft.ML.DenseNet;

/// <summary>Some neighbouring rows.</summary>
/// <param name="Rows">How many.</param>
/// <param name="Features">[rows, features], row-major.</param>
/// <param name="Labels">One a row: 0 or 1, a class number from 0, or a number.</param>
/// <param name="Weights">One a row; empty where there are none.</param>
internal sealed record RowBlock(int Rows, Memory<float> Features, Memory<float> Labels, Memory<float> Weights);
