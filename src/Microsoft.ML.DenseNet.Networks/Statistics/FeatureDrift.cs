using System.Globalization;

namespace Microsoft.ML.DenseNet;

/// <summary>How a feature, or the prediction, is distributed in some rows, compared with training.</summary>
public sealed record FeatureDrift
{
    /// <summary>The index from which on a drift counts as moderate: 0.1.</summary>
    public const double ModerateIndex = 0.1;

    /// <summary>The index from which on a drift counts as large: 0.25.</summary>
    public const double LargeIndex = 0.25;

    internal FeatureDrift()
    {
    }

    /// <summary>The feature's name, or its slots if it has none.</summary>
    public string Name { get; internal init; } = "";

    /// <summary>Its first slot in a row, from 0.</summary>
    public int Slot { get; internal init; }

    /// <summary>The number of slots it takes: 1 for a number, the number of categories for a one-hot block.</summary>
    public int SlotCount { get; internal init; }

    /// <summary>The share of training rows in which it was missing; for a one-hot block, those without any category.</summary>
    public double TrainingMissingShare { get; internal init; }

    /// <summary>The share of the rows in which it is missing.</summary>
    public double MissingShare { get; internal init; }

    /// <summary>The lowest value in training; NaN for a one-hot block, and for a number that was always missing.</summary>
    public float TrainingMinimum { get; internal init; } = float.NaN;

    /// <summary>The highest value in training; NaN as for <see cref="TrainingMinimum"/>.</summary>
    public float TrainingMaximum { get; internal init; } = float.NaN;

    /// <summary>The lowest value in the rows, possibly −∞; NaN for a one-hot block, and for a number that is always missing.</summary>
    public float Minimum { get; internal init; } = float.NaN;

    /// <summary>The highest value in the rows, possibly ∞; NaN as for <see cref="Minimum"/>.</summary>
    public float Maximum { get; internal init; } = float.NaN;

    /// <summary>The share of the rows whose value is outside the training range, or whose category did not occur in training; from 0 to 1.</summary>
    public double OutsideShare { get; internal init; }

    /// <summary>The population stability index, at least 0: Σ (a − e) · ln(a / e) over <see cref="Bins"/>, with the shares e in training and a now, each of which counts half a row more.</summary>
    public double StabilityIndex { get; internal init; }

    /// <summary>What the index exceeds in 1 of 20 cases without any drift, because rows are few: about χ² / rows. An index below it says nothing.</summary>
    public double ChanceIndex { get; internal init; }

    /// <summary>The parts of the distribution that <see cref="StabilityIndex"/> compares.</summary>
    public IReadOnlyList<DriftBin> Bins { get; internal init; } = [];

    /// <summary>How far the distribution moved; none if chance explains it.</summary>
    public DriftLevel Level => StabilityIndex < ModerateIndex || StabilityIndex <= ChanceIndex ? DriftLevel.None
        : StabilityIndex < LargeIndex ? DriftLevel.Moderate : DriftLevel.Large;

    /// <summary>The index, missing shares and ranges on one line.</summary>
    public override string ToString()
    {
        string level = Level == DriftLevel.None ? "" : $" ({Level.ToString().ToLowerInvariant()})";
        string missing = TrainingMissingShare == 0 && MissingShare == 0 ? "" : Text($", missing {TrainingMissingShare:P1} -> {MissingShare:P1}");
        string range = float.IsNaN(TrainingMinimum) ? "" : Text($", range {TrainingMinimum} to {TrainingMaximum} -> {Minimum} to {Maximum}");
        string outside = OutsideShare == 0 ? "" : Text($", {(SlotCount == 1 ? "outside the range" : "unseen")} {OutsideShare:P1}");
        return Text($"{Name}: stability index {StabilityIndex:0.000}{level}, {ChanceIndex:0.000} by chance") + missing + range + outside;
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
