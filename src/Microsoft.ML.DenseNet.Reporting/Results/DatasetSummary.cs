using Microsoft.ML.Data;

namespace Microsoft.ML.DenseNet.Reporting;

/// <summary>A few numbers that summarize data, and a sample of its rows, from one pass.</summary>
internal sealed record DatasetSummary
{
    private const int SampleSize = 600;

    private DatasetSummary()
    {
    }

    public required long RowCount { get; init; }

    public required IReadOnlyList<FeatureSummary> Features { get; init; }

    /// <summary>The classes; empty if the label is a number.</summary>
    public required IReadOnlyList<string> ClassNames { get; init; }

    /// <summary>The number of rows in each class.</summary>
    public required IReadOnlyList<long> ClassCounts { get; init; }

    /// <summary>The label if it is a number; null if it is a class.</summary>
    public required FeatureSummary? Label { get; init; }

    /// <summary>Features of some rows, drawn uniformly.</summary>
    public required IReadOnlyList<float[]> SampleFeatures { get; init; }

    /// <summary>Their labels; classes count from 0.</summary>
    public required IReadOnlyList<double> SampleLabels { get; init; }

    public static DatasetSummary Read(IDataView data, string labelColumnName, string featureColumnName)
    {
        ArgumentNullException.ThrowIfNull(data);
        var label = ResultsReader.Column(data, labelColumnName, "label");
        var feature = ResultsReader.Column(data, featureColumnName, "feature");
        if (feature.Type is not VectorDataViewType { IsKnownSize: true, ItemType: NumberDataViewType { RawType: var raw } } type || raw != typeof(float))
            throw new ArgumentException($"Feature column '{feature.Name}' is {feature.Type}; it must be a known-size vector of Single.", nameof(data));

        string[] classNames = label.Type switch
        {
            BooleanDataViewType => ["false", "true"],
            KeyDataViewType key => ColumnText.KeyValues(label, (int)Math.Min(key.Count, int.MaxValue)),
            _ => [],
        };
        long[] classCounts = new long[classNames.Length];
        var moments = Enumerable.Range(0, type.Size).Select(_ => new RunningMoments()).ToArray();
        var labelMoments = new RunningMoments();
        var sample = new List<(float[] Features, double Label)>();
        var random = new Random(0);
        long rows = 0;

        using var cursor = data.GetRowCursor([label, feature]);
        var readLabel = LabelReader.Create(cursor, label);
        var reader = new FeatureReader(cursor, feature);
        while (cursor.MoveNext())
        {
            if (readLabel() is not { } value || (classNames.Length > 0 && value >= classNames.Length))
                continue;
            float[] row = reader.Read();
            for (int i = 0; i < row.Length; i++)
                moments[i].Add(row[i]);
            labelMoments.Add(value);
            if (classNames.Length > 0)
                classCounts[(int)value]++;

            // Every row is as likely to stay as any other (Vitter's algorithm R).
            rows++;
            if (sample.Count < SampleSize)
                sample.Add((row, value));
            else if (random.NextInt64(rows) is < SampleSize and var place)
                sample[(int)place] = (row, value);
        }

        string[] names = ColumnText.SlotNames(feature, type.Size);
        return new DatasetSummary
        {
            RowCount = rows,
            Features = [.. moments.Select((moment, index) => moment.ToSummary(names[index]))],
            ClassNames = classNames,
            ClassCounts = classCounts,
            Label = classNames.Length == 0 ? labelMoments.ToSummary(labelColumnName) : null,
            SampleFeatures = [.. sample.Select(row => row.Features)],
            SampleLabels = [.. sample.Select(row => row.Label)],
        };
    }

    /// <summary>Returns the same summary with other names for the classes; null for no change.</summary>
    public DatasetSummary Named(IReadOnlyList<string>? classNames) =>
        classNames is null || ClassNames.Count != classNames.Count ? this : this with { ClassNames = classNames };

    /// <summary>The features that individually say most about the label, in their own order.</summary>
    /// <param name="count">How many at most.</param>
    public int[] MostTelling(int count) =>
        [.. Enumerable.Range(0, Features.Count).OrderByDescending(ShareExplained).Take(count).Order()];

    /// <summary>The share of a feature's variance that is between classes, or the square of its correlation with a number label.</summary>
    private double ShareExplained(int feature)
    {
        var pairs = SampleFeatures.Zip(SampleLabels, (features, label) => (Value: (double)features[feature], Label: label)).Where(pair => double.IsFinite(pair.Value)).ToList();
        if (pairs.Count < 2)
            return 0;
        double mean = pairs.Average(pair => pair.Value);
        double total = pairs.Sum(pair => (pair.Value - mean) * (pair.Value - mean));
        if (total == 0)
            return 0;
        if (ClassNames.Count > 0)
            return pairs.GroupBy(pair => pair.Label).Sum(group => group.Count() * Math.Pow(group.Average(pair => pair.Value) - mean, 2)) / total;
        double labelMean = pairs.Average(pair => pair.Label);
        double labelTotal = pairs.Sum(pair => (pair.Label - labelMean) * (pair.Label - labelMean));
        double shared = pairs.Sum(pair => (pair.Value - mean) * (pair.Label - labelMean));
        return labelTotal == 0 ? 0 : shared * shared / (total * labelTotal);
    }
}
