namespace Microsoft.ML.DenseNet.Benchmarks.Explanations;

/// <summary>
/// What the contributions of a row are elsewhere: Shapley values by sampling permutations, each forward and backward (antithetic), from predictions alone. A
/// feature contributes by how much the score changes when it goes from a background row's value to the row's, after those before it.
/// </summary>
internal sealed class PermutationSampler
{
    private readonly TrainedNetwork _network;
    private readonly BackgroundRows _background;
    private readonly int[] _order;
    private readonly float[] _block;
    private readonly float[] _outputs;
    private readonly float[] _start;

    public PermutationSampler(TrainedNetwork network, BackgroundRows background)
    {
        (_network, _background) = (network, background);
        int width = network.Layout.InputWidth;
        _order = [.. Enumerable.Range(0, width)];
        _block = new float[(width + 1) * width];
        _outputs = new float[(width + 1) * network.Layout.OutputWidth];
        _start = new float[width];
    }

    /// <summary>Explains the first output.</summary>
    /// <param name="row">The row.</param>
    /// <param name="permutations">The number of permutations; each is used in both directions.</param>
    /// <param name="random">Draws them.</param>
    /// <param name="contributions">Receives a value for each slot.</param>
    public void Explain(ReadOnlySpan<float> row, int permutations, Random random, Span<float> contributions)
    {
        contributions.Clear();
        int width = row.Length, outputs = _network.Layout.OutputWidth;
        for (int i = 0; i < 2 * permutations; i++)
        {
            // Forward and backward from the same background row; rows take turns, from a random one on.
            if (i % 2 == 0)
            {
                random.Shuffle(_order);
                _background.CopyRow((i / 2) % _background.Count, _start);
            }
            else
            {
                Array.Reverse(_order);
            }

            _start.CopyTo(_block, 0);
            for (int step = 0; step < width; step++)
            {
                _block.AsSpan(step * width, width).CopyTo(_block.AsSpan((step + 1) * width));
                _block[((step + 1) * width) + _order[step]] = row[_order[step]];
            }

            _network.ComputeOutputBlock(_block, width + 1, _outputs);
            for (int step = 0; step < width; step++)
                contributions[_order[step]] += (_outputs[(step + 1) * outputs] - _outputs[step * outputs]) / (2 * permutations);
        }
    }
}
