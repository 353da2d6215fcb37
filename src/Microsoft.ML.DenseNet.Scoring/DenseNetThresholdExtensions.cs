using Microsoft.ML.Data;
using Microsoft.ML.DenseNet;

namespace Microsoft.ML;

/// <summary>Sets the Score above which a binary model's PredictedLabel is true, and chooses it for a goal.</summary>
/// <remarks>ML.NET's <c>ChangeModelThreshold</c> accepts only ML.NET's own transformer; this one has the same name and place.</remarks>
public static class DenseNetThresholdExtensions
{
    /// <summary>Returns the transformer with another threshold. It is saved with the model, and holds in ONNX files and in <see cref="TrainedNetwork.PredictClass(ReadOnlySpan{float})"/>.</summary>
    /// <param name="catalog"><c>mlContext.BinaryClassification</c>.</param>
    /// <param name="model">The transformer that the trainer fitted; in a pipeline, <c>LastTransformer</c>.</param>
    /// <param name="threshold">The Score above which PredictedLabel is true, any finite number: the logit, ln(p / (1 - p)) for a probability p.</param>
    /// <returns>The transformer with the threshold; the same one if it has it.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="threshold"/> is not finite.</exception>
    public static DenseNetBinaryTransformer ChangeModelThreshold(this BinaryClassificationCatalog catalog, DenseNetBinaryTransformer model, float threshold)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(model);
        return model.Threshold == threshold ? model : model.With(CatalogUtils.GetEnvironment(catalog), threshold);
    }

    /// <summary>
    /// Returns the threshold that is best for a goal on rows that the model has not learned from. Pass it to
    /// <see cref="ChangeModelThreshold(BinaryClassificationCatalog, DenseNetBinaryTransformer, float)"/>.
    /// </summary>
    /// <param name="catalog"><c>mlContext.BinaryClassification</c>.</param>
    /// <param name="scored">Scored rows, as <c>Transform</c> returns them, with the label; any binary model's whose score is a number.</param>
    /// <param name="goal">What the threshold is best for, such as <see cref="ThresholdGoal.F1"/>.</param>
    /// <param name="labelColumnName">The column of the labels, Boolean.</param>
    /// <param name="scoreColumnName">The column of the scores, <see cref="float"/>.</param>
    /// <param name="exampleWeightColumnName">The column of the rows' weights, <see cref="float"/>; null for none.</param>
    /// <exception cref="ArgumentException">A column is missing or of another type.</exception>
    /// <exception cref="InvalidOperationException">All rows are of one class, a score is not finite, or no threshold attains the goal.</exception>
    public static float ChooseThreshold(
        this BinaryClassificationCatalog catalog,
        IDataView scored,
        ThresholdGoal goal,
        string labelColumnName = DefaultColumnNames.Label,
        string scoreColumnName = DefaultColumnNames.Score,
        string? exampleWeightColumnName = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(scored);
        ArgumentNullException.ThrowIfNull(goal);
        var label = Column(scored, labelColumnName, BooleanDataViewType.Instance, nameof(labelColumnName));
        var score = Column(scored, scoreColumnName, NumberDataViewType.Single, nameof(scoreColumnName));
        DataViewSchema.Column? weight = exampleWeightColumnName is null ? null : Column(scored, exampleWeightColumnName, NumberDataViewType.Single, nameof(exampleWeightColumnName));
        return ThresholdSearch.Best(Read(scored, label, score, weight), goal);
    }

    private static DataViewSchema.Column Column(IDataView data, string name, DataViewType type, string parameter)
    {
        Guard.NotEmpty(name, parameter);
        var column = data.Schema.GetColumnOrNull(name) ?? throw new ArgumentException($"Column '{name}' not found. The data has {string.Join(", ", data.Schema.Select(other => $"'{other.Name}'"))}.", parameter);
        return column.Type.Equals(type) ? column : throw new ArgumentException($"Column '{name}' is {column.Type}, but {type} is needed.", parameter);
    }

    private static List<(float Score, bool IsPositive, float Weight)> Read(IDataView data, DataViewSchema.Column label, DataViewSchema.Column score, DataViewSchema.Column? weight)
    {
        using var cursor = data.GetRowCursor([label, score, .. weight is { } column ? [column] : Array.Empty<DataViewSchema.Column>()]);
        var readLabel = cursor.GetGetter<bool>(label);
        var readScore = cursor.GetGetter<float>(score);
        var readWeight = weight is null ? null : cursor.GetGetter<float>(weight.Value);
        var rows = new List<(float, bool, float)>();
        bool isPositive = false;
        float value = 0, amount = 1;
        for (long row = 0; cursor.MoveNext(); row++)
        {
            readLabel(ref isPositive);
            readScore(ref value);
            readWeight?.Invoke(ref amount);
            if (!float.IsFinite(value))
                throw new InvalidOperationException($"Column '{score.Name}' is {value} in row {row}: a threshold needs finite scores.");
            if (!(amount >= 0 && float.IsFinite(amount)))
                throw new InvalidOperationException($"Column '{weight!.Value.Name}' is {amount} in row {row}: weights must be finite and at least 0.");
            rows.Add((value, isPositive, amount));
        }

        return rows;
    }
}
