using System.Numerics.Tensors;

namespace Microsoft.ML.DenseNet;

/// <summary>
/// The space of scaled features, in which most networks are explained: a missing value is the value that scaling replaces it by and its indicator, and a one-hot
/// block on its way from one category to another is a mixture of both.
/// </summary>
internal sealed class DensePathSpace : PathSpace
{
    private readonly InputScaler? _scaler;
    private readonly int[] _indicated;
    private readonly float[] _parameters;
    private readonly float[] _buffers;
    private readonly VectorWidth _width;

    public DensePathSpace(TrainedNetwork network, VectorWidth width)
        : base(network.Layout, network.Layout.ScaledWidth)
    {
        _scaler = InputScaler.Of(network);
        _indicated = network.Layout.InputScaling is { HasIndicators: true } scaling ? [.. ((MissingIndicatorsLayer)scaling.Nodes[0].Layer).Slots] : [];
        (_parameters, _buffers, _width) = (Pinned(network.Parameters), Pinned(network.Buffers), width);
    }

    /// <inheritdoc/>
    public override InputGradientProgram Compile() => InputGradientProgram.Compile(Layout.AfterScaling, Width, _parameters, _buffers, _width);

    /// <inheritdoc/>
    public override void Enter(in RawRow row, Span<float> point)
    {
        int slots = Layout.InputWidth;
        if (row.IsSparse)
        {
            point[..slots].Clear();
            for (int i = 0; i < row.Indices.Length; i++)
                point[row.Indices[i]] = row.Values[i];
        }
        else
        {
            row.Values.CopyTo(point);
        }

        for (int i = 0; i < _indicated.Length; i++)
            point[slots + i] = float.IsNaN(point[_indicated[i]]) ? 1 : 0;
        for (int i = 0; _scaler is not null && i < point.Length; i++)
            point[i] = _scaler.Apply(point[i], i);
    }

    /// <summary>The slot that a coordinate belongs to.</summary>
    public int SlotOf(int coordinate) => coordinate < Layout.InputWidth ? coordinate : _indicated[coordinate - Layout.InputWidth];

    /// <inheritdoc/>
    public override void Attribute(in RawRow row, in PathGradients gradients, Span<float> contributions)
    {
        contributions.Clear();
        for (int path = 0; path < gradients.Count; path++)
        {
            var products = gradients.Products(path);
            TensorPrimitives.Add(contributions, products[..contributions.Length], contributions);
            for (int i = 0; i < _indicated.Length; i++)
                contributions[_indicated[i]] += products[contributions.Length + i];
        }
    }
}
