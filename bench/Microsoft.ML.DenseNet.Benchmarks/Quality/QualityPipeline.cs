using Microsoft.ML.Transforms;

namespace Microsoft.ML.DenseNet.Benchmarks.Quality;

/// <summary>The pipeline as a user would write it.</summary>
internal static class QualityPipeline
{
    public static IEstimator<ITransformer> Create(MLContext ml, DatasetInfo info, QualityTrainer trainer, int seed)
    {
        trainer = trainer.For(info);
        var pipeline = Features(ml, info);
        if (info.NumericColumns.Count > 0 && trainer.PrepareNumbers(ml, InPlace(info.NumericColumns)) is { } preparation)
            pipeline = preparation.Append(pipeline);
        if (SplitColumns.Of(info).Copy(ml) is { } copies)
            pipeline = copies.Append(pipeline);
        if (info.Task == TabularTask.Multiclass)
            pipeline = pipeline.Append(ml.Transforms.Conversion.MapValueToKey(ColumnNames.Label));

        return pipeline.Append(info.Task switch
        {
            TabularTask.Binary => trainer.Binary(ml, seed),
            TabularTask.Multiclass => trainer.Multiclass(ml, seed),
            _ => trainer.Regression(ml, seed),
        });
    }

    /// <summary>Combines the columns into one vector of features.</summary>
    public static IEstimator<ITransformer> Features(MLContext ml, DatasetInfo info)
    {
        IEstimator<ITransformer> pipeline = ml.Transforms.Concatenate(ColumnNames.Features, [.. info.NumericColumns, .. info.CategoricalColumns]);
        return info.CategoricalColumns.Count > 0 ? ml.Transforms.Categorical.OneHotEncoding(InPlace(info.CategoricalColumns)).Append(pipeline) : pipeline;
    }

    /// <summary>Makes numbers of similar size, and missing ones the mean, for trainers that need it.</summary>
    public static IEstimator<ITransformer> Standardize(MLContext ml, InputOutputColumnPair[] columns) =>
        ml.Transforms.ReplaceMissingValues(columns, MissingValueReplacingEstimator.ReplacementMode.Mean)
            .Append(ml.Transforms.NormalizeMeanVariance(columns, fixZero: false));

    private static InputOutputColumnPair[] InPlace(IEnumerable<string> columns) => [.. columns.Select(name => new InputOutputColumnPair(name))];
}
