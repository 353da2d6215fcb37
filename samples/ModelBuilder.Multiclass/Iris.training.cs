// The code that Model Builder writes to train a model again. The trainer is one line of BuildPipeline; the rest is as for any trainer.
using Microsoft.ML;
using Microsoft.ML.DenseNet;

namespace ModelBuilder.Multiclass;

public partial class Iris
{
    public const string RetrainFilePath = @"iris.csv";
    public const char RetrainSeparatorChar = ',';
    public const bool RetrainHasHeader = true;
    public const bool RetrainAllowQuoting = false;

    /// <summary>
    /// Trains a new model with the provided dataset. Relative paths start at the program's folder.
    /// </summary>
    /// <param name="outputModelPath">File path for saving the model, for example "Iris.mlnet".</param>
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
    /// <param name="modelSavePath">File path for saving the model, for example "Iris.mlnet".</param>
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
        var pipeline = mlContext.Transforms.ReplaceMissingValues(new[]
            {
                new InputOutputColumnPair(@"sepal-length", @"sepal-length"),
                new InputOutputColumnPair(@"sepal-width", @"sepal-width"),
                new InputOutputColumnPair(@"petal-length", @"petal-length"),
                new InputOutputColumnPair(@"petal-width", @"petal-width"),
            })
            .Append(mlContext.Transforms.Concatenate(@"Features", new[]
            {
                @"sepal-length",
                @"sepal-width",
                @"petal-length",
                @"petal-width",
            }))
            .Append(mlContext.Transforms.Conversion.MapValueToKey(outputColumnName: @"species", inputColumnName: @"species", addKeyValueAnnotationsAsText: false))
            .Append(mlContext.MulticlassClassification.Trainers.DenseNet(new DenseNetMulticlassTrainer.Options() { LabelColumnName = @"species", FeatureColumnName = @"Features", Seed = 1, Defaults = DenseNetDefaults.For(LearningTask.MulticlassClassification) with { HiddenUnits = [64, 64] } }))
            .Append(mlContext.Transforms.Conversion.MapKeyToValue(outputColumnName: @"PredictedLabel", inputColumnName: @"PredictedLabel"));

        return pipeline;
    }
}
