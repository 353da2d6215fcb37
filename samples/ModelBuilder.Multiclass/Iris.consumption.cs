// The code that Model Builder writes to consume a model. Nothing here depends on the trainer.
using Microsoft.ML;
using Microsoft.ML.Data;

namespace ModelBuilder.Multiclass;

public partial class Iris
{
    /// <summary>
    /// Model input class for Iris.
    /// </summary>
    #region model input class
    public class ModelInput
    {
        [LoadColumn(0)]
        [ColumnName(@"sepal-length")]
        public float Sepal_length { get; set; }

        [LoadColumn(1)]
        [ColumnName(@"sepal-width")]
        public float Sepal_width { get; set; }

        [LoadColumn(2)]
        [ColumnName(@"petal-length")]
        public float Petal_length { get; set; }

        [LoadColumn(3)]
        [ColumnName(@"petal-width")]
        public float Petal_width { get; set; }

        [LoadColumn(4)]
        [ColumnName(@"species")]
        public string Species { get; set; } = "";
    }
    #endregion

    /// <summary>
    /// Model output class for Iris.
    /// </summary>
    #region model output class
    public class ModelOutput
    {
        [ColumnName(@"sepal-length")]
        public float Sepal_length { get; set; }

        [ColumnName(@"sepal-width")]
        public float Sepal_width { get; set; }

        [ColumnName(@"petal-length")]
        public float Petal_length { get; set; }

        [ColumnName(@"petal-width")]
        public float Petal_width { get; set; }

        [ColumnName(@"species")]
        public uint Species { get; set; }

        [ColumnName(@"Features")]
        public float[] Features { get; set; } = [];

        [ColumnName(@"PredictedLabel")]
        public string PredictedLabel { get; set; } = "";

        [ColumnName(@"Score")]
        public float[] Score { get; set; } = [];
    }
    #endregion

    // The model that is predicted with; set it before the first prediction to use another.
    public static string MLNetModelPath { get; set; } = Path.GetFullPath("Iris.mlnet", AppContext.BaseDirectory);

    public static readonly Lazy<PredictionEngine<ModelInput, ModelOutput>> PredictEngine = new(() => CreatePredictEngine(), true);

    private static PredictionEngine<ModelInput, ModelOutput> CreatePredictEngine()
    {
        var mlContext = new MLContext();
        ITransformer mlModel = mlContext.Model.Load(MLNetModelPath, out var _);
        return mlContext.Model.CreatePredictionEngine<ModelInput, ModelOutput>(mlModel);
    }

    /// <summary>
    /// Predicts the scores of all labels.
    /// </summary>
    /// <param name="input">Model input.</param>
    /// <returns>Each label with its score, the highest score first.</returns>
    public static IOrderedEnumerable<KeyValuePair<string, float>> PredictAllLabels(ModelInput input)
    {
        var predEngine = PredictEngine.Value;
        var result = predEngine.Predict(input);
        return GetSortedScoresWithLabels(result);
    }

    /// <summary>
    /// Gives each score of a prediction the name of its label.
    /// </summary>
    /// <param name="result">The prediction.</param>
    /// <returns>Each label with its score, the highest score first.</returns>
    public static IOrderedEnumerable<KeyValuePair<string, float>> GetSortedScoresWithLabels(ModelOutput result)
    {
        var labels = GetLabels(result);
        return labels.Zip(result.Score, KeyValuePair.Create).OrderByDescending(labelAndScore => labelAndScore.Value);
    }

    /// <summary>
    /// Gets the labels, in the order of the scores.
    /// </summary>
    /// <param name="result">The prediction.</param>
    /// <returns>The names of the labels.</returns>
    private static IEnumerable<string> GetLabels(ModelOutput result)
    {
        var schema = PredictEngine.Value.OutputSchema;
        var labelColumn = schema.GetColumnOrNull("species")
            ?? throw new InvalidOperationException("The model has no column 'species'.");

        // The values of the label's key, in the order of the scores.
        var keyNames = new VBuffer<ReadOnlyMemory<char>>();
        labelColumn.GetKeyValues(ref keyNames);
        return keyNames.DenseValues().Select(name => name.ToString());
    }

    /// <summary>
    /// Predicts one row.
    /// </summary>
    /// <param name="input">Model input.</param>
    /// <returns>The prediction.</returns>
    public static ModelOutput Predict(ModelInput input)
    {
        var predEngine = PredictEngine.Value;
        return predEngine.Predict(input);
    }
}
