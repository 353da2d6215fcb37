// The code that Model Builder writes to train a model again. The trainer is one line of BuildPipeline; the rest is as for any trainer.
using Microsoft.ML;
using Microsoft.ML.DenseNet;
using Microsoft.ML.Transforms;

namespace ModelBuilder.Regression;

public partial class Automobile
{
    public const string RetrainFilePath = @"automobile.csv";
    public const char RetrainSeparatorChar = ',';
    public const bool RetrainHasHeader = true;
    public const bool RetrainAllowQuoting = false;

    /// <summary>
    /// Trains a new model with the provided dataset. Relative paths start at the program's folder.
    /// </summary>
    /// <param name="outputModelPath">File path for saving the model, for example "Automobile.mlnet".</param>
    /// <param name="inputDataFilePath">Path to the data file for training.</param>
    /// <param name="separatorChar">Separator character of the data file.</param>
    /// <param name="hasHeader">Whether the data file has a header.</param>
    /// <param name="allowQuoting">Whether values in the data file may be quoted.</param>
    public static void Train(string outputModelPath, string inputDataFilePath = RetrainFilePath, char separatorChar = RetrainSeparatorChar, bool hasHeader = RetrainHasHeader, bool allowQuoting = RetrainAllowQuoting)
    {
        var mlContext = new MLContext();

        var data = LoadIDataViewFromFile(mlContext, inputDataFilePath, separatorChar, hasHeader, allowQuoting);
        var model = RetrainModel(mlContext, data);
        SaveModel(mlContext, model, data, outputModelPath);
    }

    /// <summary>
    /// Loads an IDataView from a file.
    /// </summary>
    /// <param name="mlContext">The common context for all ML.NET operations.</param>
    /// <param name="inputDataFilePath">Path to the data file.</param>
    /// <param name="separatorChar">Separator character of the data file.</param>
    /// <param name="hasHeader">Whether the data file has a header.</param>
    /// <param name="allowQuoting">Whether values in the data file may be quoted.</param>
    /// <returns>The rows of the file.</returns>
    public static IDataView LoadIDataViewFromFile(MLContext mlContext, string inputDataFilePath, char separatorChar, bool hasHeader, bool allowQuoting)
    {
        string fullPath = Path.GetFullPath(inputDataFilePath, AppContext.BaseDirectory);
        return mlContext.Data.LoadFromTextFile<ModelInput>(fullPath, separatorChar, hasHeader, allowQuoting: allowQuoting);
    }

    /// <summary>
    /// Saves a model.
    /// </summary>
    /// <param name="mlContext">The common context for all ML.NET operations.</param>
    /// <param name="model">Model to save.</param>
    /// <param name="data">The data that the model was trained on.</param>
    /// <param name="modelSavePath">File path for saving the model, for example "Automobile.mlnet".</param>
    public static void SaveModel(MLContext mlContext, ITransformer model, IDataView data, string modelSavePath)
    {
        // The schema of the data lets a loaded model say which columns it reads.
        DataViewSchema dataViewSchema = data.Schema;

        using (var fs = File.Create(Path.GetFullPath(modelSavePath, AppContext.BaseDirectory)))
        {
            mlContext.Model.Save(model, dataViewSchema, fs);
        }
    }

    /// <summary>
    /// Trains a model with the pipeline of <see cref="BuildPipeline"/>.
    /// </summary>
    /// <param name="mlContext">The common context for all ML.NET operations.</param>
    /// <param name="trainData">The training data.</param>
    /// <returns>The trained model.</returns>
    public static ITransformer RetrainModel(MLContext mlContext, IDataView trainData)
    {
        var pipeline = BuildPipeline(mlContext);
        var model = pipeline.Fit(trainData);

        return model;
    }

    /// <summary>
    /// Builds the pipeline: what Model Builder does to the columns, and the trainer.
    /// </summary>
    /// <param name="mlContext">The common context for all ML.NET operations.</param>
    /// <returns>The pipeline.</returns>
    public static IEstimator<ITransformer> BuildPipeline(MLContext mlContext)
    {
        // Data process configuration with pipeline data transformations
        var pipeline = mlContext.Transforms.Categorical.OneHotEncoding(new[]
            {
                new InputOutputColumnPair(@"make", @"make"),
                new InputOutputColumnPair(@"fuel-type", @"fuel-type"),
                new InputOutputColumnPair(@"aspiration", @"aspiration"),
                new InputOutputColumnPair(@"num-of-doors", @"num-of-doors"),
                new InputOutputColumnPair(@"body-style", @"body-style"),
                new InputOutputColumnPair(@"drive-wheels", @"drive-wheels"),
                new InputOutputColumnPair(@"engine-location", @"engine-location"),
                new InputOutputColumnPair(@"engine-type", @"engine-type"),
                new InputOutputColumnPair(@"num-of-cylinders", @"num-of-cylinders"),
                new InputOutputColumnPair(@"fuel-system", @"fuel-system"),
            }, outputKind: OneHotEncodingEstimator.OutputKind.Indicator)
            .Append(mlContext.Transforms.ReplaceMissingValues(new[]
            {
                new InputOutputColumnPair(@"symboling", @"symboling"),
                new InputOutputColumnPair(@"normalized-losses", @"normalized-losses"),
                new InputOutputColumnPair(@"wheel-base", @"wheel-base"),
                new InputOutputColumnPair(@"length", @"length"),
                new InputOutputColumnPair(@"width", @"width"),
                new InputOutputColumnPair(@"height", @"height"),
                new InputOutputColumnPair(@"curb-weight", @"curb-weight"),
                new InputOutputColumnPair(@"engine-size", @"engine-size"),
                new InputOutputColumnPair(@"bore", @"bore"),
                new InputOutputColumnPair(@"stroke", @"stroke"),
                new InputOutputColumnPair(@"compression-ratio", @"compression-ratio"),
                new InputOutputColumnPair(@"horsepower", @"horsepower"),
                new InputOutputColumnPair(@"peak-rpm", @"peak-rpm"),
                new InputOutputColumnPair(@"city-mpg", @"city-mpg"),
                new InputOutputColumnPair(@"highway-mpg", @"highway-mpg"),
            }))
            .Append(mlContext.Transforms.Concatenate(@"Features", new[]
            {
                @"make",
                @"fuel-type",
                @"aspiration",
                @"num-of-doors",
                @"body-style",
                @"drive-wheels",
                @"engine-location",
                @"engine-type",
                @"num-of-cylinders",
                @"fuel-system",
                @"symboling",
                @"normalized-losses",
                @"wheel-base",
                @"length",
                @"width",
                @"height",
                @"curb-weight",
                @"engine-size",
                @"bore",
                @"stroke",
                @"compression-ratio",
                @"horsepower",
                @"peak-rpm",
                @"city-mpg",
                @"highway-mpg",
            }))
            .Append(mlContext.Regression.Trainers.DenseNet(new DenseNetRegressionTrainer.Options() { LabelColumnName = @"price", FeatureColumnName = @"Features", Seed = 1, Defaults = DenseNetDefaults.For(LearningTask.Regression) with { HiddenUnits = [64, 64] } }));

        return pipeline;
    }
}
