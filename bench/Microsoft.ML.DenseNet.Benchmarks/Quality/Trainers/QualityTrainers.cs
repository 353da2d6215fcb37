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
        new DenseNetInt8QualityTrainer(),
        new LightGbmQualityTrainer(),
        new FastTreeQualityTrainer(),
        new FastForestQualityTrainer(),
        new LinearQualityTrainer(),
        .. DenseNetVariantQualityTrainer.All,
    ];

    /// <summary>What runs without --trainers. The variants are not among them, nor what trains the same network to predict it otherwise.</summary>
    public static IEnumerable<string> Default => All.Where(trainer => trainer is not (DenseNetVariantQualityTrainer or DenseNetInt8QualityTrainer)).Select(trainer => trainer.Name);
}
