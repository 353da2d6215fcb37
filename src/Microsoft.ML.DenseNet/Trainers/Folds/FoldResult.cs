namespace Microsoft.ML.DenseNet;

/// <summary>One trained network of a model, with its outputs for rows that it did not see.</summary>
/// <param name="Network">The network.</param>
/// <param name="Validation">The rows that it did not see; null for none.</param>
/// <param name="Outputs">The network's outputs for them, row-major.</param>
internal sealed record FoldResult(TrainedNetwork Network, RowSet? Validation, float[] Outputs)
{
    /// <summary>The number of values of sparse rows written out at once.</summary>
    private const int DenseValues = 1 << 16;

    /// <summary>The work done for this network, in epochs over the rows outside one fold.</summary>
    public double Work { get; init; } = Network.History.Count;

    public static FoldResult Of(TrainedNetwork network, RowSet? validation)
    {
        if (validation is null)
            return new FoldResult(network, null, []);
        int outputs = network.Layout.OutputWidth;
        var values = new float[validation.Count * outputs];
        long start = 0;
        int width = validation.Width;
        int most = validation.IsSparse ? Math.Max(1, DenseValues / width) : 1 << 20;
        var buffer = validation.IsSparse ? new float[most * width] : [];
        foreach (var block in validation.Blocks)
        {
            for (int row = 0; validation.IsWideSparse && row < block.Rows; row++, start++)
                network.ComputeOutputsChecked(block.Sparse!.RowSlots(row), block.Sparse.RowValues(row), values.AsSpan((int)start * outputs, outputs));
            if (validation.IsWideSparse)
                continue;
            for (int first = 0; first < block.Rows; first += most)
            {
                int count = Math.Min(most, block.Rows - first);
                network.ComputeOutputBlock(block.DenseRows(first, count, width, buffer), count, values.AsSpan((int)start * outputs, count * outputs));
                start += count;
            }
        }

        return new FoldResult(network, validation, values);
    }
}
