namespace Microsoft.ML.DenseNet.Reporting;

/// <summary>What goes into a <see cref="TrainingReport"/> besides the model and its test data.</summary>
public sealed record TrainingReportOptions
{
    /// <summary>The largest <see cref="ExplainedFeatures"/>.</summary>
    public const int LargestExplainedFeatures = 20;

    /// <summary>The page's title.</summary>
    public string Title { get; init; } = "Training report";

    /// <summary>A paragraph below the title: what the model is for, where the data comes from. Empty for none.</summary>
    public string Description { get; init; } = "";

    /// <summary>The label column, after the model's transforms.</summary>
    public string LabelColumnName { get; init; } = "Label";

    /// <summary>The unit of a label that is a number, such as EUR or mm; null for none.</summary>
    public string? LabelUnit { get; init; }

    /// <summary>Names for the classes, such as benign and malignant for false and true; null for those of the label.</summary>
    public IReadOnlyList<string>? ClassNames { get; init; }

    /// <summary>The data that the model was trained on, for the summary and the picture of the data; null to show the test data instead.</summary>
    public IDataView? TrainingData { get; init; }

    /// <summary>The options of the trainer; null to leave them out.</summary>
    public DenseNetOptions? TrainerOptions { get; init; }

    /// <summary>The tuning that found the model's options, for its pictures, the best trials and the members of the ensemble; null to leave it out.</summary>
    public DenseNetTuningResult? Tuning { get; init; }

    /// <summary>What was predicted during training; null to leave it out.</summary>
    public ProbabilityRecorder? Probabilities { get; init; }

    /// <summary>The importance of the features, from <c>PlotImportance</c>; null to leave it out.</summary>
    public Picture? Importance { get; init; }

    /// <summary>
    /// How many test rows to explain the model by: contributions, partial dependence, interactions; from 0, which leaves the explanations out, to
    /// 100,000. A few hundred are enough; the time grows with them. Without background rows in the model, some of the test rows are the background.
    /// </summary>
    public int ExplainedRows { get; init; }

    /// <summary>How many features to show in detail among the explanations, from 1 to <see cref="LargestExplainedFeatures"/>, those that contribute most; 3 by default.</summary>
    public int ExplainedFeatures { get; init; } = 3;

    /// <summary>Columns of the test data to show the results slice by slice for, so that a weak group is seen: text, Boolean, keys or numbers. Empty to leave slices out.</summary>
    public IReadOnlyList<string> SliceColumns { get; init; } = [];

    /// <summary>The metric that slices are ordered by, as the table of results names it; null for Accuracy, and for numbers the Root mean squared error.</summary>
    public string? SliceMetric { get; init; }

    /// <summary>The fewest rows of a slice, at least 1; rarer values are pooled.</summary>
    public int MinimumSliceRows { get; init; } = 30;

    /// <summary>
    /// Recent rows to compare with those of the training, in the form that the model reads; null to leave drift out. The model needs the
    /// statistics that the trainer's option <c>StoreStatistics</c> stores, or <see cref="TrainingData"/> must be given.
    /// </summary>
    public IDataView? RecentData { get; init; }

    /// <summary>Other training runs to compare with; empty to leave the comparison out.</summary>
    public IReadOnlyList<(string Name, TrainingHistory History)> Comparison { get; init; } = [];

    /// <summary>The name of the model file in the lines that load it.</summary>
    public string ModelFileName { get; init; } = "model.zip";

    /// <summary>The confidence level of the intervals, above 0 and below 1.</summary>
    public double Confidence { get; init; } = 0.95;

    /// <summary>Determines which rows the bootstrap draws.</summary>
    public int Seed { get; init; }
}
