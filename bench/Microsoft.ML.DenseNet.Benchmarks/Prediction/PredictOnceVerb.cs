namespace Microsoft.ML.DenseNet.Benchmarks.Prediction;

/// <summary>Opens a saved model and predicts once; <see cref="PredictionVerb"/> starts this as a new process.</summary>
internal sealed class PredictOnceVerb : IVerb
{
    public string Usage => "predict-once <model>: opens a model that the verb prediction saved, predicts one row and ends";

    public int Run(string[] args)
    {
        if (args is not [var path])
            throw new UsageException("One model is needed.");
        var mlContext = new MLContext();
        var model = mlContext.Model.Load(path, out _);
        using var engine = mlContext.Model.CreatePredictionEngine<PredictionRow, ScorePrediction>(model);
        Console.WriteLine(engine.Predict(PredictionRow.Create(1)[0]).Score);
        return 0;
    }
}
