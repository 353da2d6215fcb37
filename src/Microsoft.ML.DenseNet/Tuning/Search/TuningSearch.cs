namespace Microsoft.ML.DenseNet;

/// <summary>How <c>TuneDenseNet</c> chooses the values of the next trial.</summary>
public enum TuningSearch
{
    /// <summary>
    /// Tree-structured Parzen estimator (Bergstra et al., NeurIPS 2011): after ten random trials, it tries values that are common among the
    /// best trials and rare among the others, each parameter by itself.
    /// </summary>
    ParzenEstimator,

    /// <summary>Independent random draws.</summary>
    Random,
}
