using Microsoft.ML.DenseNet.Benchmarks.Quality;

namespace Microsoft.ML.DenseNet.Benchmarks.Encodings;

/// <summary>A trainer after each way to make numbers of a dataset's categories.</summary>
internal static class EncodingPipeline
{
    private const string CountSuffix = ".Count", TargetSuffix = ".Target";

    public static IReadOnlyList<string> Names { get; } = ["one-hot", "count", "target", "count + target", "one-hot + count", "one-hot + target"];

    /// <param name="ml">The context.</param>
    /// <param name="info">A dataset for binary classification or regression.</param>
    /// <param name="trainer">The trainer.</param>
    /// <param name="seed">Its seed.</param>
    /// <param name="encodings">One of <see cref="Names"/>.</param>
    public static IEstimator<ITransformer> Create(MLContext ml, DatasetInfo info, QualityTrainer trainer, int seed, string encodings)
    {
        trainer = trainer.For(info);
        string[] used = encodings.Split(" + ");
        List<string> numbers = [.. info.NumericColumns];
        IEstimator<ITransformer> pipeline = ml.Transforms.CopyColumns("Unchanged", ColumnNames.Label);
        if (used.Contains("count"))
        {
            pipeline = pipeline.Append(ml.Transforms.Categorical.CountEncoding(Pairs(info, CountSuffix)));
            numbers.AddRange(info.CategoricalColumns.Select(name => name + CountSuffix));
        }

        if (used.Contains("target"))
            numbers.AddRange(info.CategoricalColumns.Select(name => name + TargetSuffix));
        if (used.Contains("one-hot"))
            pipeline = pipeline.Append(ml.Transforms.Categorical.OneHotEncoding(Pairs(info, "")));

        string[] features = used.Contains("one-hot") ? [.. numbers, .. info.CategoricalColumns] : [.. numbers];
        IEstimator<ITransformer> rest = ml.Transforms.Concatenate(ColumnNames.Features, features)
            .Append(info.Task == TabularTask.Binary ? trainer.Binary(ml, seed) : trainer.Regression(ml, seed));
        if (trainer.PrepareNumbers(ml, [.. numbers.Select(name => new InputOutputColumnPair(name))]) is { } preparation)
            rest = preparation.Append(rest);
        if (!used.Contains("target"))
            return pipeline.Append(rest);

        // Before one-hot slots take the place of the categories, which reads the same rows.
        var target = ml.Transforms.Categorical.TargetEncoding(Pairs(info, TargetSuffix), ColumnNames.Label);
        return target.Then(pipeline.Append(rest));
    }

    private static InputOutputColumnPair[] Pairs(DatasetInfo info, string suffix) => [.. info.CategoricalColumns.Select(name => new InputOutputColumnPair(name + suffix, name))];
}
