using System.Globalization;

namespace Microsoft.ML.DenseNet;

/// <summary>An option that asks for intervals or sets of classes: the coverages that they are to reach.</summary>
/// <param name="Name">The option.</param>
/// <param name="Coverages">Its coverages, ascending; empty for none.</param>
internal sealed record CoverageOption(string Name, IReadOnlyList<double> Coverages)
{
    /// <summary>The range of a coverage. The highest takes 9,999 held-out rows.</summary>
    public const double MinimumCoverage = 0.01, MaximumCoverage = 0.9999;

    /// <summary>Whether rows must be held out to find out what reaches the coverages.</summary>
    public bool IsSet => Coverages.Count > 0;

    /// <summary>The fewest rows that the highest coverage can be found on: with n rows, even their most extreme one bounds no more than n / (n + 1) of all.</summary>
    public long MinimumRows => IsSet ? (long)Math.Ceiling((Coverages[^1] / (1 - Coverages[^1])) - 1e-9) : 0;

    /// <summary>Returns the option that a task has.</summary>
    public static CoverageOption Of(DenseNetOptions options) => options switch
    {
        DenseNetRegressionTrainer.Options regression => new(nameof(regression.IntervalCoverages), [.. (regression.IntervalCoverages ?? []).Order()]),
        DenseNetBinaryTrainer.Options { SetCoverage: { } coverage } => new(nameof(DenseNetBinaryTrainer.Options.SetCoverage), [coverage]),
        DenseNetMulticlassTrainer.Options { SetCoverage: { } coverage } => new(nameof(DenseNetMulticlassTrainer.Options.SetCoverage), [coverage]),
        _ => new("", []),
    };

    /// <summary>Returns the quantiles of a loss that enclose each coverage; null for a loss without several quantiles.</summary>
    /// <exception cref="ArgumentException">The loss lacks a quantile.</exception>
    public static IReadOnlyList<(int Lower, int Upper)>? PairsOf(Loss? loss, CoverageOption option) => loss is { Quantiles.Count: > 0 }
        ? [.. option.Coverages.Select(coverage => (Find(loss, (1 - coverage) / 2, coverage, option), Find(loss, (1 + coverage) / 2, coverage, option)))]
        : null;

    /// <summary>Checks coverages that a user has given.</summary>
    /// <exception cref="ArgumentException">There are too many, or one is out of its range, or given twice.</exception>
    public void Check()
    {
        if (Coverages.Count > IntervalRule.MaximumCoverages)
            throw new ArgumentException($"{Name} has {Coverages.Count} coverages; at most {IntervalRule.MaximumCoverages} are possible.");
        for (int i = 0; i < Coverages.Count; i++)
        {
            Guard.InRange(Coverages[i], MinimumCoverage, MaximumCoverage, Name);
            if (i > 0 && Coverages[i] == Coverages[i - 1])
                throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"{Name} has {Coverages[i]} twice: name each coverage once."));
        }
    }

    private static int Find(Loss loss, double quantile, double coverage, CoverageOption option)
    {
        for (int i = 0; i < loss.Quantiles.Count; i++)
        {
            if (Math.Abs(loss.Quantiles[i] - quantile) < 1e-9)
                return i;
        }

        throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"{option.Name} has a coverage of {coverage}, whose bounds are the quantiles {(1 - coverage) / 2:0.######} and {(1 + coverage) / 2:0.######}, but the loss is {loss}: add both to the loss, or leave the coverage out."));
    }

    /// <summary>The error for too few rows that no network has learned from.</summary>
    public InvalidOperationException TooFewRows(double rows) => rows == 0
        ? new(string.Create(CultureInfo.InvariantCulture, $"{Name} has a coverage of {Coverages[^1]}, which is reached on rows that the networks do not learn from, but there are none: set {nameof(DenseNetOptions.ValidationFraction)}, or give Fit validation data. The default network holds rows out by itself if it has enough of them."))
        : new(string.Create(CultureInfo.InvariantCulture, $"{Name} has a coverage of {Coverages[^1]}, which takes at least {MinimumRows} rows that the networks do not learn from, but there are {rows:0.#}{(rows == Math.Floor(rows) ? "" : " (counting rows by their example weights)")}: give more rows, a larger {nameof(DenseNetOptions.ValidationFraction)}, or lower coverages."));
}
