namespace Microsoft.ML.DenseNet.Benchmarks.Quality;

/// <summary>The available trainers, by name.</summary>
internal static class QualityTrainers
{
    /// <summary>The trainer that all others are compared with.</summary>
    public static string Reference => "lightgbm";

    public static IReadOnlyList<QualityTrainer> All { get; } =
    [
        new DenseNetQualityTrainer("densenet", Effort.Standard),
        new DenseNetQualityTrainer("densenet-quick", Effort.Quick),
        new DenseNetQualityTrainer("densenet-best", Effort.Best),
        new DenseNetEnsembleQualityTrainer(),
        new DenseNetSplitQualityTrainer("densenet-grouped", ColumnNames.Group, null),
        new DenseNetSplitQualityTrainer("densenet-timed", null, ColumnNames.Time),
        new LightGbmQualityTrainer(),
        new FastTreeQualityTrainer(),
        new FastForestQualityTrainer(),
        new LinearQualityTrainer(),
        .. DenseNetVariantQualityTrainer.All,
    ];

    /// <summary>What runs without --trainers. The variants and those for groups and times are not among them.</summary>
    public static IEnumerable<string> Default => All.Where(trainer => trainer is not DenseNetVariantQualityTrainer and not DenseNetSplitQualityTrainer).Select(trainer => trainer.Name);
}
