namespace Microsoft.ML.DenseNet;

/// <summary>A trial that has ended.</summary>
/// <param name="Number">Its number; 0 for the options without tuning.</param>
/// <param name="State">How it ended.</param>
/// <param name="Values">The values that were tried.</param>
/// <param name="Rungs">How good it was after each of its networks; empty if it failed before the first.</param>
/// <param name="Reason">Why it was stopped or failed; null for a complete trial.</param>
public sealed record TuningTrial(int Number, TuningTrialState State, TuningValues Values, IReadOnlyList<TuningRung> Rungs, string? Reason)
{
    /// <summary>The metric after the last network; NaN if there is none.</summary>
    public double Metric => Rungs.Count == 0 ? double.NaN : Rungs[^1].Metric;

    /// <summary>The number of networks that were trained.</summary>
    public int Networks => Rungs.Count;

    /// <summary>The work, in weights times rows; the same on every machine.</summary>
    public double Work => Rungs.Count == 0 ? 0 : Rungs[^1].Work;

    /// <summary>The training time in seconds.</summary>
    public double Seconds => Rungs.Count == 0 ? 0 : Rungs[^1].Seconds;

    /// <summary>The trial in a line, for example <c>Trial 7, complete: 0.4711 with Dropout = 0.1</c>.</summary>
    public override string ToString() => FormattableString.Invariant($"Trial {Number}, {State.ToString().ToLowerInvariant()}: {Metric:G6} with {(Values.Count == 0 ? "the defaults" : Values)}");
}
