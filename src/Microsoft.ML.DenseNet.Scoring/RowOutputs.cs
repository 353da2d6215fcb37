using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.DenseNet;

/// <summary>Computes the outputs of the current row when they are requested.</summary>
internal sealed class RowOutputs : INetworkOutputs
{
    private readonly TrainedNetwork _network;
    private readonly DataViewRow _row;
    private readonly string _features;
    private readonly InputReader _reader;
    private readonly bool _cache;
    private readonly float[] _outputs;
    private VBuffer<float> _inputs;
    private long _position = -1;

    /// <param name="network">The network.</param>
    /// <param name="row">The row, usually a cursor.</param>
    /// <param name="columns">Its columns that the network reads.</param>
    /// <param name="cache">
    /// Whether more than one getter reads the outputs, so that they are kept until the row's position changes, as in ML.NET's own
    /// mapper for a score and a probability.
    /// </param>
    public RowOutputs(TrainedNetwork network, DataViewRow row, InputColumns columns, bool cache)
    {
        _network = network;
        _row = row;
        _features = columns.Features.Name;
        _reader = columns.Read(row);
        _cache = cache;
        _outputs = new float[network.ColumnInputWidth];
    }

    public ReadOnlySpan<float> Current()
    {
        if (_row.Position < 0)
            throw NoRow();
        if (!_cache || _position != _row.Position)
        {
            if (_reader.Read(ref _inputs) is { } fault)
                throw Contracts.Except(fault.In($"'{fault.Column ?? _features}'", _row.Position));
            _network.ComputeColumnInputs(in _inputs, _outputs);
            _position = _row.Position;
        }

        return _outputs;
    }

    /// <summary>The exception that ML.NET's scorer throws before the first row and after the last.</summary>
    public static Exception NoRow() => Contracts.Except("Cannot get value as the cursor is not in a good state");
}
