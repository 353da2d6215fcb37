namespace Microsoft.ML.DenseNet.Reporting;

/// <summary>What goes into a <see cref="TrainingReport"/> besides the model and its test data.</summary>
public sealed record TrainingReportOptions
{
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

    /// <summary>What was predicted during training; null to leave it out.</summary>
    public ProbabilityRecorder? Probabilities { get; init; }

    /// <summary>The importance of the features, from <c>PlotImportance</c>; null to leave it out.</summary>
    public Picture? Importance { get; init; }

    /// <summary>Other training runs to compare with; empty to leave the comparison out.</summary>
    public IReadOnlyList<(string Name, TrainingHistory History)> Comparison { get; init; } = [];

    /// <summary>The name of the model file in the lines that load it.</summary>
    public string ModelFileName { get; init; } = "model.zip";

    /// <summary>The confidence level of the intervals, above 0 and below 1.</summary>
    public double Confidence { get; init; } = 0.95;

    /// <summary>Determines which rows the bootstrap draws.</summary>
    public int Seed { get; init; }
}
