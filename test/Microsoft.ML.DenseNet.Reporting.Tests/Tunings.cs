namespace Microsoft.ML.DenseNet.Reporting.Tests;

/// <summary>Tunings to draw, made up instead of trained: random values, and a metric that depends on some of them.</summary>
internal static class Tunings
{
    private const int Networks = 4;

    /// <summary>The default space for two classes, with 14 parameters.</summary>
    public static TuningSpace Space { get; } = TuningSpace.For(LearningTask.BinaryClassification).With(TuningParameter.Choice("Scaling", "none", "logarithm", "ranks"));

    /// <summary>Parameters with long names and long choices.</summary>
    public static TuningSpace LongNames { get; } = TuningSpace.Empty
        .With(TuningParameter.LogUniform($"LearningRate, {Samples.LongName}", 1e-4, 1))
        .With(TuningParameter.Choice(Samples.LongName, Samples.LongName + " (one)", Samples.LongName + " (two)", true, 3))
        .With(TuningParameter.Choice("world", [.. Samples.WorldNames]))
        .With(TuningParameter.WholeNumber("many", 1, 1_000_000))
        .With(TuningParameter.LogWholeNumber("logarithmic", 1, 1_000_000))
        .With(TuningParameter.Choice("100 choices", [.. Enumerable.Range(0, 100).Select(i => (object)$"choice {i}")]));

    /// <summary>Makes a tuning.</summary>
    /// <param name="trials">The number of trials.</param>
    /// <param name="space">The space; null for <see cref="Space"/>.</param>
    /// <param name="metric">The metric.</param>
    /// <param name="fails">Which trials fail.</param>
    /// <param name="networks">The number of networks of a complete trial.</param>
    public static DenseNetTuningResult<DenseNetBinaryTrainer.Options> Make(int trials, TuningSpace? space = null, TuningMetric metric = TuningMetric.LogLoss, Func<int, bool>? fails = null, int networks = Networks)
    {
        space ??= Space;
        TuningTrial[] all = [.. Enumerable.Range(0, trials).Select(number => Trial(number, space, metric, fails?.Invoke(number) ?? false, networks))];
        var best = TrialRanking.Of(metric, all).First();
        return new DenseNetTuningResult<DenseNetBinaryTrainer.Options>(new MLContext())
        {
            Trials = all,
            Metric = metric,
            Space = space,
            Best = best,
            BestOptions = new DenseNetBinaryTrainer.Options(),
            BestOptionsAsCSharp = "new DenseNetBinaryTrainer.Options\n{\n    Seed = 1,\n}",
            Model = null!,
            Network = null!,
            Ensemble = null!,
            EnsembleNetwork = null!,
            Members = [new TuningMember(best, 0.75), new TuningMember(all[0], 0.25)],
            EnsembleMetric = best.Metric,
        };
    }

    private static TuningTrial Trial(int number, TuningSpace space, TuningMetric metric, bool fails, int networks)
    {
        var random = new TuningRandom(5, number);
        var values = space.Complete(parameter => RandomSampler.Draw(parameter, random));
        double loss = 0.5;
        for (int i = 0; i < Math.Min(3, space.Parameters.Count); i++)
        {
            var parameter = space.Parameters[i];
            if (values.TryGetValue(parameter.Name, out object? value))
                loss += (0.3 / (i + 1)) * Math.Pow(((parameter.ToPoint(value) - parameter.Lower) / (parameter.Upper - parameter.Lower)) - 0.3, 2);
        }

        loss += number % 17 == 11 ? 40 : 0; // one that is much worse
        int reached = number == 0 || loss < 0.56 ? networks : 1 + (number % 2);
        TuningRung[] rungs = [.. Enumerable.Range(1, fails ? 0 : Math.Min(reached, networks)).Select(network => new TuningRung(network, Metric(loss + (0.02 * (random.NextUniform() - 0.5) / network)), 1e6 * network, network))];
        var state = fails ? TuningTrialState.Failed : reached >= networks ? TuningTrialState.Complete : TuningTrialState.Stopped;
        return new TuningTrial(number, state, values, rungs, state == TuningTrialState.Complete ? null : "Others were better.");

        double Metric(double value) => MetricAxis.IsHigherBetter(metric) ? 1.4 - value : value;
    }
}
