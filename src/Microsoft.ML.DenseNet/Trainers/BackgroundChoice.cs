using Microsoft.ML.Runtime;

namespace Microsoft.ML.DenseNet;

/// <summary>Stores training rows in a model so that its predictions can be explained; see <see cref="DenseNetOptions.NumberOfBackgroundRows"/>.</summary>
internal static class BackgroundChoice
{
    /// <summary>Returns the network with background rows, if the options ask for them.</summary>
    /// <param name="network">The trained network.</param>
    /// <param name="options">The options.</param>
    /// <param name="rows">The training rows as they were read, or a uniform sample of them.</param>
    /// <param name="environment">What the training runs with.</param>
    public static TrainedNetwork Add(TrainedNetwork network, DenseNetOptions options, RowSet rows, FitEnvironment environment)
    {
        int count = options.NumberOfBackgroundRows;
        if (count == 0)
            return network;
        var selector = new BackgroundSelector(network, count, environment.Seed);
        foreach (var block in rows.Blocks)
        {
            for (int row = 0; row < block.Rows; row++)
            {
                float weight = block.Weights.IsEmpty ? 1 : block.Weights.Span[row];
                var raw = block.Sparse is { } sparse
                    ? new RawRow(sparse.RowSlots(row), sparse.RowValues(row))
                    : new RawRow(block.Features.Span.Slice(row * rows.Width, rows.Width));
                selector.Offer(raw, weight);
            }
        }

        var background = selector.Choose();
        if (background is null || background.Count < Math.Min(count, rows.Count))
            environment.Channel.Info($"{background?.Count ?? 0} background rows are stored, not {count}: the others repeat them, or would make the model too large.");
        return network.WithBackground(background);
    }
}
