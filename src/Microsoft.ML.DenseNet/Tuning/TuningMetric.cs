namespace Microsoft.ML.DenseNet;

/// <summary>What <c>TuneDenseNet</c> compares trials by, over the rows that their networks did not see.</summary>
public enum TuningMetric
{
    /// <summary>The mean log-loss (natural logarithm) of the probabilities; classification only, and its default. Lower is better.</summary>
    LogLoss,

    /// <summary>The share of rows whose class is predicted; classification only. Higher is better.</summary>
    Accuracy,

    /// <summary>The area under the ROC curve; two classes only. Higher is better.</summary>
    AreaUnderRocCurve,

    /// <summary>The root of the mean squared error; regression only, and its default. Lower is better.</summary>
    RootMeanSquaredError,

    /// <summary>The mean absolute error; regression only. Lower is better.</summary>
    MeanAbsoluteError,
}
