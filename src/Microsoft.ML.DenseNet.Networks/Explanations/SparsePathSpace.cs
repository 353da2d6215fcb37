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
    private readonly float[] _parameters;
    private readonly float[] _buffers;
    private readonly float[] _zeroPoint; // of a row of zeros
    private readonly VectorWidth _width;

    public SparsePathSpace(TrainedNetwork network, BackgroundRows background, VectorWidth width)
        : base(network.Layout, network.Layout.SparseReaders.Sum(node => node.OutputWidth))
    {
        _scaler = InputScaler.Of(network);
        _background = background;
        _readers = [.. network.Layout.SparseReaders];
        (_parameters, _buffers, _width) = (Pinned(network.Parameters), Pinned(network.Buffers), width);
        _zeroPoint = new float[Width];
        int column = 0;
        foreach (var reader in _readers)
        {
            _parameters.AsSpan(reader.Parameters[1].Offset, reader.OutputWidth).CopyTo(_zeroPoint.AsSpan(column));
            column += reader.OutputWidth;
        }

        for (int slot = 0; _scaler is not null && slot < Layout.InputWidth; slot++)
        {
            if (_scaler.Apply(0, slot) is not 0 and var zero)
                AddRow(slot, zero, _zeroPoint);
        }
    }

    /// <inheritdoc/>
    public override InputGradientProgram Compile() => InputGradientProgram.CompileAfterBags(Layout.AfterScaling, _readers, _parameters, _buffers, _width);

    /// <inheritdoc/>
    public override void Enter(in RawRow row, Span<float> point)
    {
        _zeroPoint.CopyTo(point);
        for (int i = 0; i < row.Values.Length; i++)
        {
            int slot = row.IsSparse ? row.Indices[i] : i;
            if (row.Values[i] != 0)
                AddRow(slot, Difference(row.Values[i], slot), point);
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

    private void Add(in RawRow row, ReadOnlySpan<float> gradient, float weight, Span<float> contributions)
    {
        for (int i = 0; i < row.Values.Length; i++)
        {
            if (row.Values[i] == 0)
                continue;
            int slot = row.IsSparse ? row.Indices[i] : i, column = 0;
            float slope = 0;
            foreach (var reader in _readers)
            {
                slope += TensorPrimitives.Dot(WeightsOf(reader, slot), gradient.Slice(column, reader.OutputWidth));
                column += reader.OutputWidth;
            }

            contributions[slot] += weight * Difference(row.Values[i], slot) * slope;
        }
    }

    /// <summary>By how much a scaled value differs from a scaled 0.</summary>
    private float Difference(float value, int slot) => _scaler is null ? value : _scaler.Apply(value, slot) - _scaler.Apply(0, slot);

    private void AddRow(int slot, float value, Span<float> point)
    {
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
