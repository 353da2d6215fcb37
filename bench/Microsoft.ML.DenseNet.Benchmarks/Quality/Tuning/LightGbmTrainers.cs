using Microsoft.ML.Calibrators;
using Microsoft.ML.Trainers.LightGbm;

namespace Microsoft.ML.DenseNet.Benchmarks.Quality;

/// <summary>LightGbm for any task, with given settings.</summary>
internal sealed class LightGbmTrainers(MLContext ml, TabularTask task, int seed)
{
    /// <summary>Creates the trainer.</summary>
    /// <param name="settings">Hyperparameters; null for the defaults.</param>
    public IEstimator<ITransformer> Create(LightGbmSettings? settings) => task switch
    {
        TabularTask.Binary => Binary(settings),
        TabularTask.Multiclass => Multiclass(settings),
        _ => Regression(settings),
    };

    /// <summary>Trains until the held-out rows say that more trees do not help.</summary>
    /// <returns>The model, and how many trees it has (for each class).</returns>
    public (ITransformer Model, int Iterations) FitUntilBest(LightGbmSettings? settings, IDataView train, IDataView heldOut)
    {
        switch (task)
        {
            case TabularTask.Binary:
                var binary = Binary(settings).Fit(train, heldOut);
                return (binary, Trees(binary.Model.SubModel));
            case TabularTask.Multiclass:
                var classes = Multiclass(settings).Fit(train, heldOut);
                return (classes, classes.Model.SubModelParameters.Max(Trees));
            default:
                var numbers = Regression(settings).Fit(train, heldOut);
                return (numbers, Trees(numbers.Model));
        }
    }

    private static int Trees(object model) => model switch
    {
        CalibratedModelParametersBase calibrated => Trees(calibrated.SubModel),
        LightGbmBinaryModelParameters binary => binary.TrainedTreeEnsemble.Trees.Count,
        LightGbmRegressionModelParameters numbers => numbers.TrainedTreeEnsemble.Trees.Count,
        _ => throw new InvalidOperationException($"{model.GetType()} is not a model of LightGbm."),
    };

    private LightGbmBinaryTrainer Binary(LightGbmSettings? settings)
    {
        var options = new LightGbmBinaryTrainer.Options { Seed = seed, EvaluationMetric = LightGbmBinaryTrainer.Options.EvaluateMetricType.Logloss };
        settings?.Apply(options);
        return ml.BinaryClassification.Trainers.LightGbm(options);
    }

    private LightGbmMulticlassTrainer Multiclass(LightGbmSettings? settings)
    {
        var options = new LightGbmMulticlassTrainer.Options { Seed = seed, EvaluationMetric = LightGbmMulticlassTrainer.Options.EvaluateMetricType.LogLoss };
        settings?.Apply(options);
        return ml.MulticlassClassification.Trainers.LightGbm(options);
    }

    private LightGbmRegressionTrainer Regression(LightGbmSettings? settings)
    {
        var options = new LightGbmRegressionTrainer.Options { Seed = seed, EvaluationMetric = LightGbmRegressionTrainer.Options.EvaluateMetricType.RootMeanSquaredError };
        settings?.Apply(options);
        return ml.Regression.Trainers.LightGbm(options);
    }
}
