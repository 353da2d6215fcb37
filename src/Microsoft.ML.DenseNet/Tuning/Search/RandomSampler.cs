namespace Microsoft.ML.DenseNet;

/// <summary>Draws every parameter from its own distribution.</summary>
internal sealed class RandomSampler : TrialSampler
{
    public override TuningValues Sample(TuningSpace space, int trial, int seed, IReadOnlyList<TuningValues> ranked)
    {
        var random = new TuningRandom(seed, trial);
        return space.Complete(parameter => Draw(parameter, random));
    }

    public static object Draw(TuningParameter parameter, TuningRandom random) =>
        parameter.FromPoint(parameter.Lower + (random.NextUniform() * (parameter.Upper - parameter.Lower)));
}
