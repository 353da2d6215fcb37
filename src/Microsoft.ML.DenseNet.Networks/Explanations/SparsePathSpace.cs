using System.Numerics.Tensors;

namespace Microsoft.ML.DenseNet;

/// <summary>
/// The space of the sums that a network's EmbeddingBags make of a sparse row. They are linear, so a way that is straight before them is straight after
/// them, and slots that are 0 in both rows take no time.
/// </summary>
internal sealed class SparsePathSpace : PathSpace
{
    private readonly InputScaler? _scaler;
    private readonly BackgroundRows _background;
    private readonly LayerNode[] _readers;
    private readonly int[] _filled; // the slots whose 0 does not stay 0 when scaled; few
    private readonly float[] _parameters;
    private readonly float[] _buffers;
    private readonly VectorWidth _width;

    public SparsePathSpace(TrainedNetwork network, BackgroundRows background, VectorWidth width)
        : base(network.Layout, network.Layout.SparseReaders.Sum(node => node.OutputWidth))
    {
        _scaler = InputScaler.Of(network);
        _background = background;
        _readers = [.. network.Layout.SparseReaders];
        _filled = [.. Enumerable.Range(0, network.Layout.InputWidth).Where(slot => Scaled(0, slot) != 0)];
        (_parameters, _buffers, _width) = (Pinned(network.Parameters), Pinned(network.Buffers), width);
    }

    /// <inheritdoc/>
    public override InputGradientProgram Compile() => InputGradientProgram.CompileAfterBags(Layout.AfterScaling, _readers, _parameters, _buffers, _width);

    /// <inheritdoc/>
    public override void Enter(in RawRow row, Span<float> point)
    {
        int column = 0;
        foreach (var reader in _readers)
        {
            _parameters.AsSpan(reader.Parameters[1].Offset, reader.OutputWidth).CopyTo(point[column..]);
            column += reader.OutputWidth;
        }

        for (int i = 0; i < row.Values.Length; i++)
        {
            int slot = row.IsSparse ? row.Indices[i] : i;
            AddRow(slot, Scaled(row.Values[i], slot), point);
        }

        for (int i = 0; row.IsSparse && i < _filled.Length; i++)
        {
            if (row.Indices.BinarySearch(_filled[i]) < 0)
                AddRow(_filled[i], Scaled(0, _filled[i]), point);
        }
    }

    /// <inheritdoc/>
    public override void Attribute(in RawRow row, in PathGradients gradients, Span<float> contributions)
    {
        contributions.Clear();
        Add(row, gradients.Mean(), 1, contributions);
        for (int path = 0; path < gradients.Count; path++)
        {
            var background = _background.TrySparseRow(path, out var slots, out var values)
                ? new RawRow(slots, values)
                : new RawRow(_background.Values.Slice(path * Layout.InputWidth, Layout.InputWidth));
            Add(background, gradients.Sum(path), -gradients.Factor(path), contributions);
        }
    }

    private float Scaled(float value, int slot) => _scaler is null ? value : _scaler.Apply(value, slot);

    private void Add(in RawRow row, ReadOnlySpan<float> gradient, float weight, Span<float> contributions)
    {
        for (int i = 0; i < row.Values.Length; i++)
        {
            int slot = row.IsSparse ? row.Indices[i] : i;
            Add(slot, Scaled(row.Values[i], slot), gradient, weight, contributions);
        }

        for (int i = 0; row.IsSparse && i < _filled.Length; i++)
        {
            if (row.Indices.BinarySearch(_filled[i]) < 0)
                Add(_filled[i], Scaled(0, _filled[i]), gradient, weight, contributions);
        }
    }

    private void Add(int slot, float value, ReadOnlySpan<float> gradient, float weight, Span<float> contributions)
    {
        if (value == 0)
            return;
        float slope = 0;
        int column = 0;
        foreach (var reader in _readers)
        {
            slope += TensorPrimitives.Dot(WeightsOf(reader, slot), gradient.Slice(column, reader.OutputWidth));
            column += reader.OutputWidth;
        }

        contributions[slot] += weight * value * slope;
    }

    private void AddRow(int slot, float value, Span<float> point)
    {
        if (value == 0)
            return;
        int column = 0;
        foreach (var reader in _readers)
        {
            var part = point.Slice(column, reader.OutputWidth);
            TensorPrimitives.MultiplyAdd(WeightsOf(reader, slot), value, part, part);
            column += reader.OutputWidth;
        }
    }

    private ReadOnlySpan<float> WeightsOf(LayerNode reader, int slot) => _parameters.AsSpan(reader.Parameters[0].Offset + (slot * reader.OutputWidth), reader.OutputWidth);
}
