namespace Microsoft.ML.DenseNet;

/// <summary>
/// The tree-structured Parzen estimator (Bergstra, Bardenet, Bengio and Kégl, NeurIPS 2011), one parameter at a time: values are drawn from
/// the density of the good trials, and the one with the largest ratio to the density of the others is taken.
/// </summary>
/// <remarks>
/// Of a choice, the first draw is taken: among a few values the largest ratio is nearly always that of the same one, and the search would never
/// return to a choice that had bad luck with the other parameters.
/// </remarks>
internal sealed class ParzenSampler : TrialSampler
{
    /// <summary>So many trials are random, the defaults included: a density of fewer says nothing.</summary>
    private const int Startup = 10;

    /// <summary>The share of the trials that counts as good.</summary>
    private const double GoodShare = 0.2;

    /// <summary>The draws from the density of the good trials, as in the authors' hyperopt.</summary>
    private const int Candidates = 24;

    public override TuningValues Sample(TuningSpace space, int trial, int seed, IReadOnlyList<TuningValues> ranked)
    {
        var random = new TuningRandom(seed, trial);
        if (ranked.Count < Startup)
            return space.Complete(parameter => RandomSampler.Draw(parameter, random));
        int good = (int)Math.Ceiling(GoodShare * ranked.Count);
        return space.Complete(parameter => Best(parameter, Points(ranked.Take(good), parameter), Points(ranked.Skip(good), parameter), random));
    }

    private static object Best(TuningParameter parameter, double[] good, double[] other, TuningRandom random) => parameter.Kind == TuningParameterKind.Choice
        ? parameter.Choices[ParzenChoices.Draw(ParzenChoices.Of(good, parameter.Choices.Count), random)]
        : Best(parameter, new ParzenDensity(good, parameter.Lower, parameter.Upper), new ParzenDensity(other, parameter.Lower, parameter.Upper), random);

    private static object Best(TuningParameter parameter, ParzenDensity good, ParzenDensity other, TuningRandom random)
    {
        bool isWhole = parameter.Kind is TuningParameterKind.WholeNumber or TuningParameterKind.LogWholeNumber;
        double best = 0, bestRatio = double.NegativeInfinity;
        for (int i = 0; i < Candidates; i++)
        {
            double point = good.Draw(random);
            double ratio = isWhole && parameter.CellOf(point) is var (from, to)
                ? Math.Log(good.Mass(from, to)) - Math.Log(other.Mass(from, to))
                : good.LogDensity(point) - other.LogDensity(point);
            if (ratio > bestRatio)
                (best, bestRatio) = (point, ratio);
        }

        return parameter.FromPoint(best);
    }

    private static double[] Points(IEnumerable<TuningValues> trials, TuningParameter parameter) =>
        [.. trials.Where(values => values.ByName.ContainsKey(parameter.Name)).Select(values => parameter.ToPoint(values.ByName[parameter.Name])).Where(point => parameter.Kind != TuningParameterKind.Choice || point >= 0)];
}
