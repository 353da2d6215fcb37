namespace Microsoft.ML.DenseNet;

/// <summary>How predictions are explained; see <see cref="NetworkExplanations.CreateExplainer"/>.</summary>
public sealed class ExplanationOptions
{
    /// <summary>The largest <see cref="MaximumSteps"/>.</summary>
    public const int LargestMaximumSteps = 59_049;

    /// <summary>What the contributions add up to; by default <see cref="ExplainedOutput.Score"/>.</summary>
    public ExplainedOutput Output { get; init; }

    /// <summary>Whether contributions belong to slots, the default, or to columns.</summary>
    public ContributionView View { get; init; }

    /// <summary>
    /// The columns of <see cref="ContributionView.Columns"/>; together they must hold each slot exactly once. Null, the default, for those that the model's feature names,
    /// category columns and one-hot blocks tell.
    /// </summary>
    public IReadOnlyList<FeatureColumn>? Columns { get; init; }

    /// <summary>The rows that a prediction is compared with; null, the default, for those stored in the model (<see cref="TrainedNetwork.Background"/>).</summary>
    public BackgroundRows? Background { get; init; }

    /// <summary>
    /// How far, as a share of the spread of the scores over the background rows (their standard deviation), contributions and base value may miss
    /// the score before the rest is distributed; from 0 to 1, by default 0.01. Steps become shorter until it is reached, at most <see cref="MaximumSteps"/>.
    /// </summary>
    public double Tolerance { get; init; } = 0.01;

    /// <summary>
    /// The most steps from a background row to the row; the gradient is computed once in each. From 1 to 59,049, by default 243. There are 3 steps at first, and
    /// three times as many, as long as that is not more, from background rows for which that is not exact enough.
    /// </summary>
    public int MaximumSteps { get; init; } = 243;

    /// <exception cref="ArgumentException">An option is out of range; the message names it.</exception>
    internal void Validate()
    {
        Guard.Defined(Output, nameof(Output));
        Guard.Defined(View, nameof(View));
        Guard.InRange(Tolerance, 0, 1, nameof(Tolerance));
        Guard.InRange(MaximumSteps, 1, LargestMaximumSteps, nameof(MaximumSteps));
        if (Columns is not null && View != ContributionView.Columns)
            throw new ArgumentException($"{nameof(Columns)} is set, but {nameof(View)} is {View}: set it to {nameof(ContributionView.Columns)}.");
    }
}
