using Microsoft.ML.Data;

namespace Microsoft.ML.DenseNet;

/// <summary>Reads and checks the network inputs of a row: its features, and a one-hot block for each of its keys after them.</summary>
internal sealed class InputReader
{
    private readonly ValueGetter<VBuffer<float>> _readFeatures;
    private readonly int _featureWidth;
    private readonly KeyBlockReader[] _keys;
    private readonly int _width;
    private readonly int[] _slots;
    private VBuffer<float> _features;

    /// <param name="readFeatures">The getter of the feature column.</param>
    /// <param name="featureWidth">Its width.</param>
    /// <param name="keys">The readers of the key columns.</param>
    /// <param name="width">The number of network inputs.</param>
    public InputReader(ValueGetter<VBuffer<float>> readFeatures, int featureWidth, KeyBlockReader[] keys, int width)
    {
        _readFeatures = readFeatures;
        _featureWidth = featureWidth;
        _keys = keys;
        _width = width;
        _slots = new int[keys.Sum(key => key.SlotCount)];
    }

    /// <summary>Reads the current row.</summary>
    /// <param name="row">Receives the inputs. Later code uses its length and indices without checks.</param>
    /// <returns>What is wrong with the row; null if nothing is.</returns>
    public RowFault? Read(ref VBuffer<float> row)
    {
        if (_keys.Length == 0)
        {
            _readFeatures(ref row);
            return FeatureVector.FindFault(in row, _width);
        }

        _readFeatures(ref _features);
        if (FeatureVector.FindFault(in _features, _featureWidth) is { } fault)
            return fault;
        int count = 0;
        foreach (var key in _keys)
        {
            if (key.Read(_slots, ref count) is { } keyFault)
                return keyFault;
        }

        Join(_features.GetValues(), _slots.AsSpan(0, count), ref row);
        return null;
    }

    /// <summary>Joins features and ones. The form is the one that ML.NET's Concatenate chooses, so that rows are stored as those of one-hot encoded columns.</summary>
    private void Join(ReadOnlySpan<float> features, ReadOnlySpan<int> ones, ref VBuffer<float> row)
    {
        int stored = features.Length + ones.Length;
        if (stored > _width / 2)
        {
            var dense = VBufferEditor.Create(ref row, _width);
            _features.CopyTo(dense.Values);
            dense.Values[_featureWidth..].Clear();
            foreach (int slot in ones)
                dense.Values[slot] = 1;
            row = dense.Commit();
            return;
        }

        var sparse = VBufferEditor.Create(ref row, _width, stored);
        features.CopyTo(sparse.Values);
        sparse.Values[features.Length..].Fill(1);
        if (_features.IsDense)
        {
            for (int i = 0; i < features.Length; i++)
                sparse.Indices[i] = i;
        }
        else
        {
            _features.GetIndices().CopyTo(sparse.Indices);
        }

        ones.CopyTo(sparse.Indices[features.Length..]);
        row = sparse.Commit();
    }
}
