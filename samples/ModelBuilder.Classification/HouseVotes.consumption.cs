// The code that Model Builder writes to consume a model. Nothing here depends on the trainer.
using Microsoft.ML;
using Microsoft.ML.Data;

namespace ModelBuilder.Classification;

public partial class HouseVotes
{
    /// <summary>
    /// Model input class for HouseVotes.
    /// </summary>
    #region model input class
    public class ModelInput
    {
        [LoadColumn(0)]
        [ColumnName(@"party")]
        public string Party { get; set; } = "";

        [LoadColumn(1)]
        [ColumnName(@"handicapped-infants")]
        public string Handicapped_infants { get; set; } = "";

        [LoadColumn(2)]
        [ColumnName(@"water-project-cost-sharing")]
        public string Water_project_cost_sharing { get; set; } = "";

        [LoadColumn(3)]
        [ColumnName(@"adoption-of-the-budget-resolution")]
        public string Adoption_of_the_budget_resolution { get; set; } = "";

        [LoadColumn(4)]
        [ColumnName(@"physician-fee-freeze")]
        public string Physician_fee_freeze { get; set; } = "";

        [LoadColumn(5)]
        [ColumnName(@"el-salvador-aid")]
        public string El_salvador_aid { get; set; } = "";

        [LoadColumn(6)]
        [ColumnName(@"religious-groups-in-schools")]
        public string Religious_groups_in_schools { get; set; } = "";

        [LoadColumn(7)]
        [ColumnName(@"anti-satellite-test-ban")]
        public string Anti_satellite_test_ban { get; set; } = "";

        [LoadColumn(8)]
        [ColumnName(@"aid-to-nicaraguan-contras")]
        public string Aid_to_nicaraguan_contras { get; set; } = "";

        [LoadColumn(9)]
        [ColumnName(@"mx-missile")]
        public string Mx_missile { get; set; } = "";

        [LoadColumn(10)]
        [ColumnName(@"immigration")]
        public string Immigration { get; set; } = "";

        [LoadColumn(11)]
        [ColumnName(@"synfuels-corporation-cutback")]
        public string Synfuels_corporation_cutback { get; set; } = "";

        [LoadColumn(12)]
        [ColumnName(@"education-spending")]
        public string Education_spending { get; set; } = "";

        [LoadColumn(13)]
        [ColumnName(@"superfund-right-to-sue")]
        public string Superfund_right_to_sue { get; set; } = "";

        [LoadColumn(14)]
        [ColumnName(@"crime")]
        public string Crime { get; set; } = "";

        [LoadColumn(15)]
        [ColumnName(@"duty-free-exports")]
        public string Duty_free_exports { get; set; } = "";

        [LoadColumn(16)]
        [ColumnName(@"export-administration-act-south-africa")]
        public string Export_administration_act_south_africa { get; set; } = "";
    }
    #endregion

    /// <summary>
    /// Model output class for HouseVotes.
    /// </summary>
    #region model output class
    public class ModelOutput
    {
        [ColumnName(@"party")]
        public uint Party { get; set; }

        [ColumnName(@"handicapped-infants")]
        public float[] Handicapped_infants { get; set; } = [];

        [ColumnName(@"water-project-cost-sharing")]
        public float[] Water_project_cost_sharing { get; set; } = [];

        [ColumnName(@"adoption-of-the-budget-resolution")]
        public float[] Adoption_of_the_budget_resolution { get; set; } = [];

        [ColumnName(@"physician-fee-freeze")]
        public float[] Physician_fee_freeze { get; set; } = [];

        [ColumnName(@"el-salvador-aid")]
        public float[] El_salvador_aid { get; set; } = [];

        [ColumnName(@"religious-groups-in-schools")]
        public float[] Religious_groups_in_schools { get; set; } = [];

        [ColumnName(@"anti-satellite-test-ban")]
        public float[] Anti_satellite_test_ban { get; set; } = [];

        [ColumnName(@"aid-to-nicaraguan-contras")]
        public float[] Aid_to_nicaraguan_contras { get; set; } = [];

        [ColumnName(@"mx-missile")]
        public float[] Mx_missile { get; set; } = [];

        [ColumnName(@"immigration")]
        public float[] Immigration { get; set; } = [];

        [ColumnName(@"synfuels-corporation-cutback")]
        public float[] Synfuels_corporation_cutback { get; set; } = [];

        [ColumnName(@"education-spending")]
        public float[] Education_spending { get; set; } = [];

        [ColumnName(@"superfund-right-to-sue")]
        public float[] Superfund_right_to_sue { get; set; } = [];

        [ColumnName(@"crime")]
        public float[] Crime { get; set; } = [];

        [ColumnName(@"duty-free-exports")]
        public float[] Duty_free_exports { get; set; } = [];

        [ColumnName(@"export-administration-act-south-africa")]
        public float[] Export_administration_act_south_africa { get; set; } = [];

        [ColumnName(@"Features")]
        public float[] Features { get; set; } = [];

        [ColumnName(@"PredictedLabel")]
        public string PredictedLabel { get; set; } = "";

        [ColumnName(@"Score")]
        public float[] Score { get; set; } = [];
    }
    #endregion

    // The model that is predicted with; set it before the first prediction to use another.
    public static string MLNetModelPath { get; set; } = Path.GetFullPath("HouseVotes.mlnet", AppContext.BaseDirectory);

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
        var labelColumn = schema.GetColumnOrNull("party")
            ?? throw new InvalidOperationException("The model has no column 'party'.");

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
