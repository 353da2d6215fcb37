namespace Microsoft.ML.DenseNet;

/// <summary>Computes an <see cref="AscendingLayer"/>: a handful of columns, one depending on the other.</summary>
/// <param name="middle">The column that stays as it is.</param>
/// <param name="width">The number of columns.</param>
internal sealed class AscendingFunction(int middle, int width) : IRowFunction
{
    public void Prepare()
    {
    }

    public void Run(ReadOnlySpan<float> inputs, int rows, Span<float> outputs)
    {
        for (int start = 0; start < rows * width; start += width)
            AscendingLayer.Apply(inputs.Slice(start, width), middle, outputs.Slice(start, width));
    }
}
