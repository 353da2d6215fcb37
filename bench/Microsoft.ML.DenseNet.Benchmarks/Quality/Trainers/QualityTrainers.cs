namespace Microsoft.ML.DenseNet.Benchmarks.Quality;

/// <summary>The available trainers, by name.</summary>
internal static class QualityTrainers
{
    /// <summary>The trainer that all others are compared with.</summary>
    public static string Reference => "lightgbm";

    /// <summary>The trainers that the summary compares with each other one.</summary>
    public static IReadOnlyList<string> Judged { get; } = ["densenet", "densenet-quick", "densenet-best"];

    /// <summary>ML.NET's trainers at their defaults: the best of them is a bar.</summary>
    public static IReadOnlyList<QualityTrainer> Peers { get; } =
    [
        new LightGbmQualityTrainer(),
        new FastTreeQualityTrainer(),
        new FastForestQualityTrainer(),
        new LinearQualityTrainer(),
        .. MLNetQualityTrainer.All,
    ];

    public static IReadOnlyList<QualityTrainer> All { get; } =
    [
        new DenseNetQualityTrainer("densenet", Effort.Standard),
        new DenseNetQualityTrainer("densenet-quick", Effort.Quick),
        new DenseNetQualityTrainer("densenet-best", Effort.Best),
        new DenseNetEnsembleQualityTrainer(),
        new DenseNetInt8QualityTrainer(),
        new DenseNetSplitQualityTrainer("densenet-grouped", ColumnNames.Group, null),
        new DenseNetSplitQualityTrainer("densenet-timed", null, ColumnNames.Time),
        .. Peers,
        new TunedLightGbmQualityTrainer(TimeProvider.System),
        new ConstantQualityTrainer(),
        .. DenseNetVariantQualityTrainer.All,
    ];

    /// <summary>What runs without --trainers. The variants are not among them, nor those for groups, times and 8-bit weights, nor what needs a time.</summary>
    public static IEnumerable<string> Default => All.Where(trainer => trainer is not (DenseNetVariantQualityTrainer or DenseNetSplitQualityTrainer or DenseNetInt8QualityTrainer) && !trainer.NeedsTime).Select(trainer => trainer.Name);
}
