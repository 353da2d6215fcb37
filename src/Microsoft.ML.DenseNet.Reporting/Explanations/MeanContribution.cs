namespace Microsoft.ML.DenseNet.Reporting;

/// <summary>How much a feature contributes on average over rows, whatever the sign.</summary>
public sealed record MeanContribution
{
    internal MeanContribution(string name, double total, IReadOnlyList<double> perOutput) =>
        (Name, Total, PerOutput) = (name, total, perOutput);

    /// <summary>The feature.</summary>
    public string Name { get; }

    /// <summary>The mean absolute contribution, summed over the classes or quantiles if there are several.</summary>
    public double Total { get; }

    /// <summary>The mean absolute contribution to each of <see cref="GlobalExplanation.OutputNames"/>.</summary>
    public IReadOnlyList<double> PerOutput { get; }
}
