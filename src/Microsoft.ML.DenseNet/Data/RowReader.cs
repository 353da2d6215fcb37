using System.Globalization;
using Microsoft.ML.Data;

namespace Microsoft.ML.DenseNet;

/// <summary>Reads an <see cref="IDataView"/> once, into blocks of float rows, and says clearly what is wrong with a bad row.</summary>
internal sealed class RowReader
{
    /// <summary>Values a block of features holds, about; 1 MB.</summary>
    private const int BlockValues = 1 << 18;

    private readonly DataViewSchema.Column _features;
    private readonly DataViewSchema.Column _label;
    private readonly DataViewSchema.Column? _weight;
    private readonly bool _allowMissingFeatures;
    private readonly int _width;

    /// <param name="schema">The schema of the data to read.</param>
    /// <param name="featureColumn">A known-size vector of <see cref="float"/>.</param>
    /// <param name="labelColumn">Boolean, key or <see cref="float"/>.</param>
    /// <param name="weightColumn">A <see cref="float"/>; null for none.</param>
    /// <param name="allowMissingFeatures">Whether a NaN feature is let through.</param>
    public RowReader(DataViewSchema schema, string featureColumn, string labelColumn, string? weightColumn, bool allowMissingFeatures)
    {
        _features = schema[featureColumn];
        _label = schema[labelColumn];
        _weight = weightColumn is null ? null : schema[weightColumn];
        _allowMissingFeatures = allowMissingFeatures;
        _width = ((VectorDataViewType)_features.Type).Size;
    }

    /// <summary>Reads all rows.</summary>
    /// <exception cref="InvalidOperationException">There are no rows, or one is unusable; the message names column, row and remedy.</exception>
    public RowSet Read(IDataView data, CancellationToken cancellationToken)
    {
        var blocks = new List<RowBlock>();
        int blockRows = Math.Clamp(BlockValues / _width, 1, 1 << 16);
        using var cursor = data.GetRowCursor(_weight is { } column ? [_features, _label, column] : [_features, _label]);
        var readFeatures = cursor.GetGetter<VBuffer<float>>(_features);
        var readLabel = LabelGetter(cursor);
        var readWeight = _weight is { } weightColumn ? cursor.GetGetter<float>(weightColumn) : null;

        VBuffer<float> row = default;
        bool more = true;
        while (more)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var features = new float[(long)blockRows * _width];
            var labels = new float[blockRows];
            var weights = readWeight is null ? [] : new float[blockRows];
            int count = 0;
            while (count < blockRows && (more = cursor.MoveNext()))
            {
                readFeatures(ref row);
                var target = features.AsSpan(count * _width, _width);
                row.CopyTo(target);
                CheckFeatures(target, cursor.Position);
                readLabel(ref labels[count]);
                CheckLabel(labels[count], cursor.Position);
                if (readWeight is not null)
                {
                    readWeight(ref weights[count]);
                    CheckWeight(weights[count], cursor.Position);
                }

                count++;
            }

            if (count > 0)
                blocks.Add(new RowBlock(count, features.AsMemory(0, count * _width), labels.AsMemory(0, count), readWeight is null ? default : weights.AsMemory(0, count)));
        }

        if (blocks.Count == 0)
            throw new InvalidOperationException("The data has no rows. Check the loader's path and separator, and any filter before the trainer.");
        var rows = new RowSet(_width, _weight is not null, blocks);
        if (!(rows.MeanWeight > 0))
            throw new InvalidOperationException($"Weight column '{_weight!.Value.Name}' is 0 in every row: at least one row must have a weight above 0.");
        return rows;
    }

    private ValueGetter<float> LabelGetter(DataViewRow cursor)
    {
        switch (_label.Type)
        {
            case BooleanDataViewType:
                var readFlag = cursor.GetGetter<bool>(_label);
                bool flag = false;
                return (ref float value) =>
                {
                    readFlag(ref flag);
                    value = flag ? 1 : 0;
                };
            case KeyDataViewType key when key.RawType == typeof(uint):
                return KeyGetter(cursor.GetGetter<uint>(_label));
            case KeyDataViewType key when key.RawType == typeof(byte):
                return KeyGetter(cursor.GetGetter<byte>(_label));
            case KeyDataViewType key when key.RawType == typeof(ushort):
                return KeyGetter(cursor.GetGetter<ushort>(_label));
            case KeyDataViewType:
                return KeyGetter(cursor.GetGetter<ulong>(_label));
            default:
                return cursor.GetGetter<float>(_label);
        }
    }

    /// <summary>Class numbers from 0; a missing key, 0, becomes NaN.</summary>
    private static ValueGetter<float> KeyGetter<TKey>(ValueGetter<TKey> read)
        where TKey : struct, IConvertible
    {
        TKey key = default;
        return (ref float value) =>
        {
            read(ref key);
            ulong number = key.ToUInt64(CultureInfo.InvariantCulture);
            value = number == 0 ? float.NaN : number - 1;
        };
    }

    private void CheckFeatures(ReadOnlySpan<float> row, long position)
    {
        if (System.Numerics.Tensors.TensorPrimitives.IsFiniteAll(row))
            return;
        for (int i = 0; i < row.Length; i++)
        {
            if (float.IsInfinity(row[i]))
                throw Unusable(_features, position, $"holds {row[i]} in {SlotName(i)}", "Replace infinite values, for example with a CustomMapping or by NaN, which means missing.");
            if (float.IsNaN(row[i]) && !_allowMissingFeatures)
                throw Unusable(_features, position, $"holds a missing value (NaN) in {SlotName(i)}", "Leave ScaleFeatures on, which takes missing values as the mean, or add mlContext.Transforms.ReplaceMissingValues.");
        }
    }

    private void CheckLabel(float label, long position)
    {
        if (!float.IsFinite(label))
            throw Unusable(_label, position, float.IsNaN(label) ? "has no value" : $"is {label}", "Remove such rows, for example with mlContext.Data.FilterRowsByMissingValues.");
    }

    private void CheckWeight(float weight, long position)
    {
        if (!(weight >= 0 && float.IsFinite(weight)))
            throw Unusable(_weight!.Value, position, $"is {weight}", "Example weights must be finite and at least 0.");
    }

    private static InvalidOperationException Unusable(DataViewSchema.Column column, long position, string what, string remedy) =>
        new($"Column '{column.Name}' {what} at row {position} (counted from 0). {remedy}");

    private string SlotName(int slot)
    {
        VBuffer<ReadOnlyMemory<char>> names = default;
        if (_features.HasSlotNames())
            _features.GetSlotNames(ref names);
        string name = names.Length > slot ? names.GetItemOrDefault(slot).ToString() : "";
        return name.Length == 0 ? $"slot {slot}" : $"slot {slot} ('{name}')";
    }
}
