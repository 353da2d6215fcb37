namespace Microsoft.ML.DenseNet.Benchmarks.Quality;

/// <summary>The trainers that there are, by name.</summary>
internal static class QualityTrainers
{
    /// <summary>All others are measured against it.</summary>
    public static string Reference => "lightgbm";

    public static IReadOnlyList<QualityTrainer> All { get; } =
    [
        new DenseNetQualityTrainer(),
        new DenseNetEnsembleQualityTrainer(),
        new LightGbmQualityTrainer(),
        new FastTreeQualityTrainer(),
        new FastForestQualityTrainer(),
        new LinearQualityTrainer(),
        .. DenseNetVariantQualityTrainer.All,
    ];

    /// <summary>What runs without --trainers. The variants are not among them.</summary>
    public static IEnumerable<string> Default => All.Where(trainer => trainer is not DenseNetVariantQualityTrainer).Select(trainer => trainer.Name);
}
