using System.Globalization;

namespace Microsoft.ML.DenseNet.Benchmarks.Quality;

/// <summary>Tunes DenseNet on a dataset.</summary>
/// <param name="Best">The model of the best trial, from the dataset's columns to predictions.</param>
/// <param name="Ensemble">The same of the ensemble.</param>
/// <param name="Summary">What was tried, in words.</param>
internal sealed record TunedDenseNet(ITransformer Best, ITransformer Ensemble, string Summary)
{
    /// <summary>Tunes.</summary>
    /// <param name="dataset">The dataset.</param>
    /// <param name="seed">Decides everything.</param>
    /// <param name="trials">The number of trials.</param>
    /// <param name="work">The work of all of them, as a multiple of the first one's; null for no limit.</param>
    public static TunedDenseNet Run(Dataset dataset, int seed, int trials, double? work)
    {
        var ml = new MLContext(seed);
        var pipeline = QualityPipeline.Features(ml, dataset.Info);
        if (dataset.Info.Task == TabularTask.Multiclass)
            pipeline = pipeline.Append(ml.Transforms.Conversion.MapValueToKey(ColumnNames.Label));
        var steps = pipeline.Fit(dataset.Train.View);
        var rows = ml.Data.Cache(steps.Transform(dataset.Train.View), ColumnNames.Features, ColumnNames.Label);
        var tuning = new DenseNetTuningOptions { MaximumTrials = trials, MaximumWork = work };
        return dataset.Info.Task switch
        {
            TabularTask.Binary => Of(steps, ml.BinaryClassification.TuneDenseNet(rows, new DenseNetBinaryTrainer.Options { LabelColumnName = ColumnNames.Label, FeatureColumnName = ColumnNames.Features }, tuning)),
            TabularTask.Multiclass => Of(steps, ml.MulticlassClassification.TuneDenseNet(rows, new DenseNetMulticlassTrainer.Options { LabelColumnName = ColumnNames.Label, FeatureColumnName = ColumnNames.Features }, tuning)),
            _ => Of(steps, ml.Regression.TuneDenseNet(rows, new DenseNetRegressionTrainer.Options { LabelColumnName = ColumnNames.Label, FeatureColumnName = ColumnNames.Features }, tuning)),
        };
    }

    private static TunedDenseNet Of<TOptions>(ITransformer steps, DenseNetTuningResult<TOptions> tuned)
        where TOptions : DenseNetOptions
    {
        int complete = tuned.Trials.Count(trial => trial.State == TuningTrialState.Complete);
        double work = tuned.Trials.Sum(trial => trial.Work) / tuned.Trials[0].Work;
        string summary = string.Create(CultureInfo.InvariantCulture, $"{tuned.Trials.Count} trials, {complete} complete, {work:0.0} times the work of the defaults; {tuned.Best}; {tuned.Members.Count} members");
        return new TunedDenseNet(steps.Append(tuned.Model), steps.Append(tuned.Ensemble), summary);
    }
}
