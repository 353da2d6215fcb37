// The code that Model Builder writes to consume a model. Nothing here depends on the trainer.
using Microsoft.ML;
using Microsoft.ML.Data;

namespace ModelBuilder.Regression;

public partial class Automobile
{
    /// <summary>
    /// Model input class for Automobile.
    /// </summary>
    #region model input class
    public class ModelInput
    {
        [LoadColumn(0)]
        [ColumnName(@"symboling")]
        public float Symboling { get; set; }

        [LoadColumn(1)]
        [ColumnName(@"normalized-losses")]
        public float Normalized_losses { get; set; }

        [LoadColumn(2)]
        [ColumnName(@"make")]
        public string Make { get; set; } = "";

        [LoadColumn(3)]
        [ColumnName(@"fuel-type")]
        public string Fuel_type { get; set; } = "";

        [LoadColumn(4)]
        [ColumnName(@"aspiration")]
        public string Aspiration { get; set; } = "";

        [LoadColumn(5)]
        [ColumnName(@"num-of-doors")]
        public string Num_of_doors { get; set; } = "";

        [LoadColumn(6)]
        [ColumnName(@"body-style")]
        public string Body_style { get; set; } = "";

        [LoadColumn(7)]
        [ColumnName(@"drive-wheels")]
        public string Drive_wheels { get; set; } = "";

        [LoadColumn(8)]
        [ColumnName(@"engine-location")]
        public string Engine_location { get; set; } = "";

        [LoadColumn(9)]
        [ColumnName(@"wheel-base")]
        public float Wheel_base { get; set; }

        [LoadColumn(10)]
        [ColumnName(@"length")]
        public float Length { get; set; }

        [LoadColumn(11)]
        [ColumnName(@"width")]
        public float Width { get; set; }

        [LoadColumn(12)]
        [ColumnName(@"height")]
        public float Height { get; set; }

        [LoadColumn(13)]
        [ColumnName(@"curb-weight")]
        public float Curb_weight { get; set; }

        [LoadColumn(14)]
        [ColumnName(@"engine-type")]
        public string Engine_type { get; set; } = "";

        [LoadColumn(15)]
        [ColumnName(@"num-of-cylinders")]
        public string Num_of_cylinders { get; set; } = "";

        [LoadColumn(16)]
        [ColumnName(@"engine-size")]
        public float Engine_size { get; set; }

        [LoadColumn(17)]
        [ColumnName(@"fuel-system")]
        public string Fuel_system { get; set; } = "";

        [LoadColumn(18)]
        [ColumnName(@"bore")]
        public float Bore { get; set; }

        [LoadColumn(19)]
        [ColumnName(@"stroke")]
        public float Stroke { get; set; }

        [LoadColumn(20)]
        [ColumnName(@"compression-ratio")]
        public float Compression_ratio { get; set; }

        [LoadColumn(21)]
        [ColumnName(@"horsepower")]
        public float Horsepower { get; set; }

        [LoadColumn(22)]
        [ColumnName(@"peak-rpm")]
        public float Peak_rpm { get; set; }

        [LoadColumn(23)]
        [ColumnName(@"city-mpg")]
        public float City_mpg { get; set; }

        [LoadColumn(24)]
        [ColumnName(@"highway-mpg")]
        public float Highway_mpg { get; set; }

        [LoadColumn(25)]
        [ColumnName(@"price")]
        public float Price { get; set; }
    }
    #endregion

    /// <summary>
    /// Model output class for Automobile.
    /// </summary>
    #region model output class
    public class ModelOutput
    {
        [ColumnName(@"symboling")]
        public float Symboling { get; set; }

        [ColumnName(@"normalized-losses")]
        public float Normalized_losses { get; set; }

        [ColumnName(@"make")]
        public float[] Make { get; set; } = [];

        [ColumnName(@"fuel-type")]
        public float[] Fuel_type { get; set; } = [];

        [ColumnName(@"aspiration")]
        public float[] Aspiration { get; set; } = [];

        [ColumnName(@"num-of-doors")]
        public float[] Num_of_doors { get; set; } = [];

        [ColumnName(@"body-style")]
        public float[] Body_style { get; set; } = [];

        [ColumnName(@"drive-wheels")]
        public float[] Drive_wheels { get; set; } = [];

        [ColumnName(@"engine-location")]
        public float[] Engine_location { get; set; } = [];

        [ColumnName(@"wheel-base")]
        public float Wheel_base { get; set; }

        [ColumnName(@"length")]
        public float Length { get; set; }

        [ColumnName(@"width")]
        public float Width { get; set; }

        [ColumnName(@"height")]
        public float Height { get; set; }

        [ColumnName(@"curb-weight")]
        public float Curb_weight { get; set; }

        [ColumnName(@"engine-type")]
        public float[] Engine_type { get; set; } = [];

        [ColumnName(@"num-of-cylinders")]
        public float[] Num_of_cylinders { get; set; } = [];

        [ColumnName(@"engine-size")]
        public float Engine_size { get; set; }

        [ColumnName(@"fuel-system")]
        public float[] Fuel_system { get; set; } = [];

        [ColumnName(@"bore")]
        public float Bore { get; set; }

        [ColumnName(@"stroke")]
        public float Stroke { get; set; }

        [ColumnName(@"compression-ratio")]
        public float Compression_ratio { get; set; }

        [ColumnName(@"horsepower")]
        public float Horsepower { get; set; }

        [ColumnName(@"peak-rpm")]
        public float Peak_rpm { get; set; }

        [ColumnName(@"city-mpg")]
        public float City_mpg { get; set; }

        [ColumnName(@"highway-mpg")]
        public float Highway_mpg { get; set; }

        [ColumnName(@"price")]
        public float Price { get; set; }

        [ColumnName(@"Features")]
        public float[] Features { get; set; } = [];

        [ColumnName(@"Score")]
        public float Score { get; set; }
    }
    #endregion

    // The model that is predicted with; set it before the first prediction to use another.
    public static string MLNetModelPath { get; set; } = Path.GetFullPath("Automobile.mlnet", AppContext.BaseDirectory);

    public static readonly Lazy<PredictionEngine<ModelInput, ModelOutput>> PredictEngine = new(() => CreatePredictEngine(), true);

    private static PredictionEngine<ModelInput, ModelOutput> CreatePredictEngine()
    {
        var mlContext = new MLContext();
        ITransformer mlModel = mlContext.Model.Load(MLNetModelPath, out var _);
        return mlContext.Model.CreatePredictionEngine<ModelInput, ModelOutput>(mlModel);
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
