namespace Microsoft.ML.DenseNet;

/// <summary>
/// The space of scaled features and, after them, the embeddings of the numbers among them. On the way from one row to another, each number's embedding
/// moves straight from one to the other.
/// </summary>
/// <remarks>
/// Along a straight line of the numbers themselves, a network with bins and cosines would rise and fall a hundred times, and no sum of a few gradients
/// would find out by how much. A number that is embedded contributes the sum over its embedding's outputs.
/// </remarks>
internal sealed class EmbeddedPathSpace : PathSpace
{
    private readonly DensePathSpace _scaled;
    private readonly SlotEmbeddings _embeddings;
    private readonly InputGradientProgram[] _programs; // locked: one thread at a time
    private readonly int[] _slots; // of each coordinate
    private readonly float[] _parameters;
    private readonly float[] _buffers;
    private readonly VectorWidth _width;

    public EmbeddedPathSpace(TrainedNetwork network, SlotEmbeddings embeddings, VectorWidth width)
        : base(network.Layout, network.Layout.ScaledWidth + embeddings.Embeddings.Sum(embedding => embedding.Width))
    {
        _scaled = new DensePathSpace(network, width);
        _embeddings = embeddings;
        (_parameters, _buffers, _width) = (Pinned(network.Parameters), Pinned(network.Buffers), width);
        _programs = [.. embeddings.Embeddings.Select(embedding => InputGradientProgram.Compile(embedding.Layers, _scaled.Width, _parameters, _buffers, width))];
        _slots =
        [
            .. Enumerable.Range(0, _scaled.Width).Select(_scaled.SlotOf),
            .. embeddings.Embeddings.SelectMany(embedding => Enumerable.Range(0, embedding.Width).Select(output => _scaled.SlotOf(embedding.SlotOf(output)))),
        ];
    }

    /// <inheritdoc/>
    public override InputGradientProgram Compile() =>
        InputGradientProgram.CompileAfterEmbeddings(
            Layout.AfterScaling,
            _scaled.Width,
            _embeddings.Embeddings.Select(embedding => embedding.Embedding),
            _parameters,
            _buffers,
            _width);

    /// <inheritdoc/>
    public override void Enter(in RawRow row, Span<float> point)
    {
        var scaled = point[.._scaled.Width];
        _scaled.Enter(row, scaled);
        var embedded = point[_scaled.Width..];
        lock (_programs)
        {
            foreach (var program in _programs)
            {
                scaled.CopyTo(program.Input(0));
                program.Forward(1);
                program.Output(0).CopyTo(embedded);
                embedded = embedded[program.OutputWidth..];
            }
        }
    }

    /// <inheritdoc/>
    public override void Attribute(in RawRow row, in PathGradients gradients, Span<float> contributions)
    {
        contributions.Clear();
        for (int path = 0; path < gradients.Count; path++)
        {
            var products = gradients.Products(path);
            for (int i = 0; i < products.Length; i++)
                contributions[_slots[i]] += products[i];
        }
    }
}
