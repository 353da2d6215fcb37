using Microsoft.ML.Data;

namespace Microsoft.ML.DenseNet.Reporting;

/// <summary>Reads labels and predictions from scored data. Rows without a label are left out.</summary>
internal static class ResultsReader
{
    /// <param name="scored">The scored data.</param>
    /// <param name="labelColumnName">The label column.</param>
    /// <param name="classNames">Names for the classes; null for the label's own.</param>
    /// <param name="rows">Receives the number of each row that has a label; null if they are not needed.</param>
    public static ClassificationResults ReadClasses(IDataView scored, string labelColumnName, IReadOnlyList<string>? classNames, List<long>? rows = null)
    {
        ArgumentNullException.ThrowIfNull(scored);
        var label = Column(scored, labelColumnName, "label");
        bool isBinary = label.Type is BooleanDataViewType;
        var prediction = Column(scored, isBinary ? "Probability" : "Score", "prediction");
        int count = 2;
        if (!isBinary)
        {
            if (label.Type is not KeyDataViewType || prediction.Type is not VectorDataViewType { IsKnownSize: true, ItemType: NumberDataViewType } vector)
                throw new ArgumentException($"Label column '{label.Name}' is {label.Type} and '{prediction.Name}' is {prediction.Type}: classes are read from a Boolean label with a Probability, or from a key label with a vector of scores.", nameof(scored));
            count = vector.Size;
        }

        if (classNames is not null && classNames.Count != count)
            throw new ArgumentException($"{classNames.Count} class names were given for {count} classes.", nameof(classNames));
        classNames ??= isBinary ? ["false", "true"] : ColumnText.KeyValues(label, count);

        var labels = new List<int>();
        var probabilities = new List<float[]>();
        var predicted = new List<int>();
        DataViewSchema.Column? predictedLabel = scored.Schema.GetColumnOrNull("PredictedLabel") is { } column && SameClasses(column.Type, label.Type) ? column : null;
        using var cursor = scored.GetRowCursor([label, prediction, .. predictedLabel is { } chosen ? [chosen] : Array.Empty<DataViewSchema.Column>()]);
        var readPredicted = predictedLabel is { } decided ? LabelReader.Create(cursor, decided) : () => null;
        var readLabel = LabelReader.Create(cursor, label);
        var readPrediction = isBinary ? BinaryReader(cursor, prediction) : VectorReader(cursor, prediction);
        while (cursor.MoveNext())
        {
            if (readLabel() is not { } value || value >= count)
                continue;
            labels.Add((int)value);
            probabilities.Add(readPrediction());
            predicted.Add((int)(readPredicted() ?? ClassificationResults.Likeliest(probabilities[^1]))); // a row without a finite score has no predicted class
            rows?.Add(cursor.Position);
        }

        return new ClassificationResults(classNames, labels, probabilities, predicted);
    }

    /// <inheritdoc cref="ReadClasses"/>
    public static RegressionResults ReadValues(IDataView scored, string labelColumnName, List<long>? rows = null)
    {
        ArgumentNullException.ThrowIfNull(scored);
        var label = Column(scored, labelColumnName, "label");
        var score = Column(scored, "Score", "prediction");
        if (label.Type != NumberDataViewType.Single || score.Type != NumberDataViewType.Single)
            throw new ArgumentException($"Label column '{label.Name}' is {label.Type} and '{score.Name}' is {score.Type}: both must be Single.", nameof(scored));
        var labels = new List<float>();
        var scores = new List<float>();
        using var cursor = scored.GetRowCursor([label, score]);
        var readLabel = cursor.GetGetter<float>(label);
        var readScore = cursor.GetGetter<float>(score);
        float value = 0;
        while (cursor.MoveNext())
        {
            readLabel(ref value);
            if (!float.IsFinite(value))
                continue;
            labels.Add(value);
            rows?.Add(cursor.Position);
            readScore(ref value);
            scores.Add(value);
        }

        return new RegressionResults(labels, scores);
    }

    /// <summary>Returns the column with a name; throws an exception that lists the existing ones if there is none.</summary>
    public static DataViewSchema.Column Column(IDataView data, string name, string role) => data.Schema.GetColumnOrNull(name)
        ?? throw new ArgumentException($"There is no {role} column '{name}'. The data has {string.Join(", ", data.Schema.Select(column => $"'{column.Name}'"))}.", nameof(data));

    /// <summary>Whether a predicted label numbers the classes as the label does.</summary>
    private static bool SameClasses(DataViewType predicted, DataViewType label) =>
        (predicted is BooleanDataViewType && label is BooleanDataViewType) || (predicted is KeyDataViewType { Count: var count } && label is KeyDataViewType key && key.Count == count);

    private static Func<float[]> BinaryReader(DataViewRowCursor cursor, DataViewSchema.Column column)
    {
        var read = cursor.GetGetter<float>(column);
        return () =>
        {
            float probability = 0;
            read(ref probability);
            return [1 - probability, probability];
        };
    }

    private static Func<float[]> VectorReader(DataViewRowCursor cursor, DataViewSchema.Column column)
    {
        var read = cursor.GetGetter<VBuffer<float>>(column);
        VBuffer<float> buffer = default;
        return () =>
        {
            read(ref buffer);
            return [.. buffer.DenseValues()];
        };
    }
}
