using Microsoft.ML.Data;

namespace Microsoft.ML.DenseNet.Reporting;

/// <summary>Reads feature vectors with their zeros, and rejects malformed ones: ML.NET passes on whatever a loader or transform produces.</summary>
/// <param name="cursor">The rows.</param>
/// <param name="column">A known-size vector of Single.</param>
internal sealed class FeatureReader(DataViewRowCursor cursor, DataViewSchema.Column column)
{
    private readonly ValueGetter<VBuffer<float>> _read = cursor.GetGetter<VBuffer<float>>(column);
    private readonly int _width = ((VectorDataViewType)column.Type).Size;
    private VBuffer<float> _buffer;

    /// <summary>The features of the row that the cursor is on.</summary>
    /// <exception cref="InvalidOperationException">The vector is malformed; the message names column, row and remedy.</exception>
    public float[] Read()
    {
        _read(ref _buffer);
        if (FeatureVector.FindFault(in _buffer, _width) is { } fault)
            throw new InvalidOperationException(fault.In($"'{column.Name}'", cursor.Position));
        float[] features = new float[_width];
        _buffer.CopyTo(features);
        return features;
    }
}
