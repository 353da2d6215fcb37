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
        if (_buffer.Length != _width)
            throw Malformed($"holds a vector of {_buffer.Length}, where its type says {_width},", "Run all rows through the same fitted transforms.");
        if (_buffer.IsDense)
            return _buffer.GetValues().ToArray();

        float[] features = new float[_width];
        int previous = -1;
        for (int i = 0; i < _buffer.GetIndices().Length; i++)
        {
            int index = _buffer.GetIndices()[i];
            if (index <= previous || index >= _width)
                throw Malformed($"has the indices {previous} and {index} one after the other in a sparse vector of length {_width}", $"They must ascend, each once, from 0 to at most {_width - 1}: correct the transform or loader that makes the column.");
            features[index] = _buffer.GetValues()[i];
            previous = index;
        }

        return features;
    }

    private InvalidOperationException Malformed(string what, string remedy) => new($"Column '{column.Name}' {what} at row {cursor.Position} (counted from 0). {remedy}");
}
