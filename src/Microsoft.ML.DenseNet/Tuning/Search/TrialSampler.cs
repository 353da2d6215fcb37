namespace Microsoft.ML.DenseNet;

/// <summary>Chooses the values of a trial.</summary>
internal abstract class TrialSampler
{
    /// <summary>Returns the values of a trial; the same ones for the same arguments.</summary>
    /// <param name="space">What is searched.</param>
    /// <param name="trial">The trial's number; 1 for the first one after the defaults.</param>
    /// <param name="seed">Determines all draws.</param>
    /// <param name="ranked">The values of earlier trials, the best first.</param>
    public abstract TuningValues Sample(TuningSpace space, int trial, int seed, IReadOnlyList<TuningValues> ranked);

    public static TrialSampler Of(TuningSearch search) => search == TuningSearch.Random ? new RandomSampler() : new ParzenSampler();
}
