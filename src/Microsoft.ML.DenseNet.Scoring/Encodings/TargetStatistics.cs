using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.DenseNet;

/// <summary>Counts and sums of labels for each value of each column in each fold, and the encodings that they give.</summary>
internal sealed class TargetStatistics
{
    private readonly TargetEncoding _encoding;
    private readonly (DataViewSchema.Column Column, PrimitiveDataViewType Item, int Slots)[] _columns;
    private readonly TargetLabel _label;
    private readonly TargetSums[][] _sums;
    private readonly double[] _total;
    private readonly long[] _rowsByFold;

    private TargetStatistics(TargetEncoding encoding, DataViewSchema schema)
    {
        _encoding = encoding;
        _columns = encoding.Columns.Find(schema);
        _label = new TargetLabel(encoding, schema);
        _sums = [.. _columns.Select(column => Enumerable.Range(0, Math.Max(1, column.Slots)).Select(_ => new TargetSums(encoding.Folds.Count, _label.Width)).ToArray())];
        _total = new double[_label.Width];
        _rowsByFold = new long[encoding.Folds.Count];
    }

    /// <summary>Reads all rows once.</summary>
    public static TargetStatistics Read(TargetEncoding encoding, IDataView input)
    {
        var statistics = new TargetStatistics(encoding, input.Schema);
        statistics.Read(input);
        return statistics;
    }

    /// <summary>Returns the encoding by all rows, or for the rows of a fold by those of the other folds.</summary>
    /// <remarks>
    /// Means shrink to that of all rows in either case (Micci-Barreca, "A preprocessing scheme for high-cardinality categorical attributes in
    /// classification and prediction problems", 2001). The mean of the other folds would tell a fold's own by what is missing from it.
    /// </remarks>
    public EncodedColumn[] Encode(int? fold)
    {
        long rows = _rowsByFold.Sum();
        double[] prior = [.. _total.Select(sum => sum / rows)];
        return [.. _columns.Zip(_sums, (column, slots) => new EncodedColumn(
            column.Item,
            column.Slots,
            [.. slots.Select(slot => slot.Map)],
            [.. slots.Select(slot => slot.Means(fold, prior, _encoding.Smoothing).Select(mean => Finish(mean, rows)).ToArray())],
            [.. prior.Select(mean => Finish(mean, rows))],
            _label.Names))];
    }

    private void Read(IDataView input)
    {
        DataViewSchema.Column[] needed = [.. _columns.Select(column => column.Column), _label.Column, .. _encoding.Folds.KeyColumn(input.Schema) is { } key ? [key] : Array.Empty<DataViewSchema.Column>()];
        using var cursor = input.GetRowCursor(needed.DistinctBy(column => column.Index));
        CategoryReader[] readers = [.. _columns.Select(column => CategoryReader.Create(cursor, column.Column))];
        var readLabel = _label.Reader(cursor);
        var getFold = _encoding.Folds.Of(cursor);
        while (cursor.MoveNext())
        {
            var (labelSlot, value) = readLabel();
            if (labelSlot >= 0)
                Add(readers, getFold(), labelSlot, value);
        }

        CheckFolds();
    }

    private void Add(CategoryReader[] readers, int fold, int labelSlot, double value)
    {
        _rowsByFold[fold]++;
        _total[labelSlot] += value;
        for (int i = 0; i < readers.Length; i++)
        {
            readers[i].Read();
            for (int slot = 0; slot < _sums[i].Length; slot++)
                _sums[i][slot].Add(readers[i].FindOrAdd(_sums[i][slot].Map, slot), fold, labelSlot, value);
        }
    }

    private void CheckFolds()
    {
        long rows = _rowsByFold.Sum();
        if (rows == 0)
            throw _encoding.Host.Except($"No row has a label in column '{_encoding.Label}': target encoding averages labels.");
        if (_rowsByFold.Max() == rows)
        {
            throw _encoding.Host.Except($"All {rows} labeled rows fall into one of {_rowsByFold.Length} folds, so none can be encoded by others. " +
                (_encoding.Folds.SamplingKeyColumnName is { } key ? $"Sampling key column '{key}' needs more values." : "Target encoding needs more rows, each with its own id."));
        }
    }

    private float Finish(double mean, long rows)
    {
        if (_encoding.Kind == TargetEncodingKind.Mean)
            return (float)mean;
        double edge = 0.5 / rows;
        double probability = Math.Clamp(mean, edge, 1 - edge);
        return (float)Math.Log(probability / (1 - probability));
    }
}
