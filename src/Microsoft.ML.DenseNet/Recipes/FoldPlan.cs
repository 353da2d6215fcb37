namespace Microsoft.ML.DenseNet;

/// <summary>How training rows are dealt into folds, and how many of the folds get a network that validates on them.</summary>
/// <param name="Count">The number of folds.</param>
/// <param name="MaximumNetworks">The maximum number of networks, each trained on all folds but one. With more networks than folds, the rows are dealt again.</param>
/// <param name="MinimumRows">With fewer rows than this, there are no folds.</param>
internal sealed record FoldPlan(int Count, int MaximumNetworks, int MinimumRows)
{
    /// <summary>The most networks that may be asked for.</summary>
    public const int MostNetworks = 256;

    /// <summary>The default network's folds.</summary>
    public static FoldPlan Of(DenseNetDefaults defaults, DenseNetOptions options) =>
        new(defaults.Folds, options.EnsembleSize > 1 ? 1 : defaults.MaximumTrainedFolds, defaults.MinimumRowsToValidate);
}
