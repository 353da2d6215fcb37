using System.Globalization;
using System.Text;

namespace Microsoft.ML.DenseNet;

/// <summary>How rows differ from those that a network was trained on.</summary>
public sealed record DriftReport
{
    /// <summary>The number of features and of rows that <see cref="ToString"/> shows.</summary>
    private const int Shown = 20;

    internal DriftReport()
    {
    }

    /// <summary>The number of rows checked.</summary>
    public long RowCount { get; internal init; }

    /// <summary>The features, the largest <see cref="FeatureDrift.StabilityIndex"/> first.</summary>
    public IReadOnlyList<FeatureDrift> Features { get; internal init; } = [];

    /// <summary>
    /// The predictions; null if their distribution in training is unknown or no predictions were given. For two classes it is that of the
    /// positive one's probability, for several that of the most likely class.
    /// </summary>
    public FeatureDrift? Prediction { get; internal init; }

    /// <summary>The number of rows with at least one flag: a value outside its training range, missing as never in training, or an unseen category.</summary>
    public long FlaggedRowCount { get; internal init; }

    /// <summary>The first of these rows, up to the number asked for.</summary>
    public IReadOnlyList<FlaggedRow> FlaggedRows { get; internal init; } = [];

    /// <summary>The number of slots that the training statistics do not describe, and which were therefore not checked.</summary>
    public int UncheckedSlots { get; internal init; }

    /// <summary>The share of rows with at least one flag, from 0 to 1.</summary>
    public double FlaggedShare => FlaggedRowCount / (double)RowCount;

    /// <summary>The features that drifted furthest and the first flagged rows, a line each.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        var culture = CultureInfo.InvariantCulture;
        int drifted = Features.Count(feature => feature.Level != DriftLevel.None);
        text.Append(culture, $"{RowCount:N0} rows: {drifted:N0} of {Features.Count:N0} features drifted, {FlaggedRowCount:N0} rows ({FlaggedShare:P1}) differ from those of the training");
        if (UncheckedSlots > 0)
            text.Append(culture, $"; {UncheckedSlots:N0} slots have no statistics");
        if (Prediction is not null)
            text.AppendLine().Append(Prediction);
        foreach (var feature in Features.Take(Shown))
            text.AppendLine().Append(feature);
        if (Features.Count > Shown)
            text.AppendLine().Append(culture, $"and {Features.Count - Shown:N0} features more");
        foreach (var row in FlaggedRows.Take(Shown))
            text.AppendLine().Append(row);
        if (FlaggedRowCount > Math.Min(Shown, FlaggedRows.Count))
            text.AppendLine().Append(culture, $"and {FlaggedRowCount - Math.Min(Shown, FlaggedRows.Count):N0} rows more");
        return text.ToString();
    }
}
