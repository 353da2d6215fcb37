using Microsoft.ML.Data;

namespace Microsoft.ML.DenseNet;

/// <summary>The network's outputs for a block of rows: collects their features, then computes them together.</summary>
/// <param name="network">The network.</param>
/// <param name="threads">How many threads may share the work.</param>
internal sealed class OutputBlock(TrainedNetwork network, int threads)
{
    /// <summary>The number of multiplications that are worth a thread, about 50 microseconds of work.</summary>
    private const long WorkForThread = 1 << 20;

    private readonly int _inputWidth = network.Layout.InputWidth;
    private readonly int _outputWidth = network.Layout.OutputWidth;

    // The outputs of a row and, if intervals have one, its scale.
    private readonly int _columnWidth = network.ColumnInputWidth;

    // Dense rows are stored one after the other in _features; _denseRows says which rows they are.
    private float[] _features = [];
    private int[] _denseRows = [];
    private float[] _denseOutputs = [];
    private float[] _denseScales = [];
    private float[] _outputs = [];
    private int _denseCount;
    private int _rows;

    /// <summary>Makes room for that many rows.</summary>
    public void Resize(int rows)
    {
        _rows = rows;
        Array.Resize(ref _outputs, rows * _columnWidth);
    }

    /// <summary>Begins a block.</summary>
    public void Clear() => _denseCount = 0;

    /// <summary>Adds a row that was checked. A sparse row is computed at once, by the same kernel as a single sparse row.</summary>
    public void Add(int row, in VBuffer<float> features)
    {
        if (features.IsDense)
        {
            EnsureRoomForDenseRows();
            features.GetValues().CopyTo(_features.AsSpan(_denseCount * _inputWidth));
            _denseRows[_denseCount++] = row;
        }
        else
        {
            network.ComputeColumnInputs(in features, Output(row));
        }
    }

    /// <summary>Computes the added rows.</summary>
    public void Compute()
    {
        Predict(_denseCount);
        for (int i = 0; i < _denseCount; i++)
            _denseOutputs.AsSpan(i * _outputWidth, _outputWidth).CopyTo(Output(_denseRows[i]));
        for (int i = 0; i < _denseCount && network.IntervalScale is not null; i++)
            Output(_denseRows[i])[_outputWidth] = _denseScales[i];
    }

    /// <summary>The outputs of a row, followed by its scale if intervals have one.</summary>
    public Span<float> Output(int row) => _outputs.AsSpan(row * _columnWidth, _columnWidth);

    /// <summary>Allocates only at the first dense row: sparse rows may be very wide.</summary>
    private void EnsureRoomForDenseRows()
    {
        if (_denseRows.Length >= _rows)
            return;

        Array.Resize(ref _features, _rows * _inputWidth);
        Array.Resize(ref _denseRows, _rows);
        Array.Resize(ref _denseOutputs, _rows * _outputWidth);
        if (network.IntervalScale is not null)
            Array.Resize(ref _denseScales, _rows);
    }

    private void Predict(int rows)
    {
        long work = (long)rows * network.Layout.ParameterCount;
        int parts = (int)Math.Clamp(work / WorkForThread, 1, Math.Min(threads, Math.Max(rows, 1)));
        if (parts == 1)
            PredictRows(0, rows);
        else
            Parallel.For(0, parts, part => PredictRows((int)((long)rows * part / parts), (int)((long)rows * (part + 1) / parts)));
    }

    private void PredictRows(int start, int end)
    {
        var features = _features.AsSpan(start * _inputWidth, (end - start) * _inputWidth);
        network.ComputeOutputBlock(features, end - start, _denseOutputs.AsSpan(start * _outputWidth, (end - start) * _outputWidth));
        network.IntervalScale?.ComputeOutputBlock(features, end - start, _denseScales.AsSpan(start, end - start));
    }
}
