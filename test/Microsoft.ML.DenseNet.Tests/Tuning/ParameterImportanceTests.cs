namespace Microsoft.ML.DenseNet.Tests;

/// <summary>Importances of parameters, held against functions whose importances are known.</summary>
[TestClass]
public sealed class ParameterImportanceTests
{
    private static readonly TuningSpace Squares = TuningSpace.Empty
        .With(TuningParameter.Uniform("strong", 0, 1))
        .With(TuningParameter.Uniform("weak", 0, 1))
        .With(TuningParameter.Uniform("nothing", 0, 1));

    [TestMethod]
    public void A_parameter_that_decides_alone_has_the_divergence_of_a_quarter()
    {
        // The best quarter has x below 0.25: its density there is 4 times that of all, so the divergence is (4 - 1)² / 4 + 3/4 = 3. The other has choice 0
        // in half of the trials, and in 3 of 4 of the best: (0.5)² = 0.25. Both less what chance explains with 3 and 1 degrees of freedom.
        const int Trials = 4000;
        var space = TuningSpace.Empty.With(TuningParameter.LogUniform("x", 0.001, 10)).With(TuningParameter.Choice("c", "a", "b"));
        var trials = Enumerable.Range(0, Trials).Select(i => Trial(i, Complete(i), ("x", Math.Pow(10, -3 + (4.0 * i / Trials))), ("c", (i < Trials / 4 ? i % 4 < 3 : i % 12 < 5) ? "a" : "b")));
        double scale = 0.75 * Trials / (0.25 * Trials * (Trials - 1)), x = 3 - (scale * (3 + (3 * Math.Sqrt(6)))), c = 0.25 - (scale * (1 + (3 * Math.Sqrt(2))));

        var importances = Importances(space, trials);

        CollectionAssert.AreEqual(new[] { "x", "c" }, importances.Select(importance => importance.Parameter).ToArray());
        Assert.AreEqual(x / (x + c), importances[0].Share, 1e-9);
        Assert.AreEqual(1, importances.Sum(importance => importance.Share), 1e-12);
    }

    [TestMethod]
    public void Parameters_of_an_additive_function_are_in_the_order_of_their_variances()
    {
        var importances = Importances(Squares, Random(2000, (strong, weak) => (3 * strong) + weak));
        CollectionAssert.AreEqual(new[] { "strong", "weak", "nothing" }, importances.Select(importance => importance.Parameter).ToArray());

        // By quadrature: the divergences of the four quarters of u and v among the best quarter of 3u + v.
        Assert.AreEqual(Expected(3, 1), importances[0].Share, 0.03);
        Assert.IsLessThan(0.01, importances[2].Share);
    }

    [TestMethod]
    public void Without_an_effect_all_shares_are_nearly_always_zero()
    {
        int found = Enumerable.Range(0, 50).Count(seed => Importances(Squares, Random(40, (_, _) => 0, seed)).Any(importance => importance.Share > 0));
        Assert.IsLessThan(10, found); // the chance that one of three exceeds three deviations is about 5 %
    }

    [TestMethod]
    public void The_order_of_the_trials_does_not_matter_nor_does_a_scale()
    {
        var trials = Random(60, (strong, weak) => (3 * strong) + weak).ToList();
        var expected = Importances(Squares, trials);
        CollectionAssert.AreEqual(expected.ToList(), Importances(Squares, Enumerable.Reverse(trials)).ToList());

        var stretched = TuningSpace.Empty.With(TuningParameter.LogUniform("strong", 1, Math.E)).With(Squares.Parameters[1]).With(Squares.Parameters[2]);
        var changed = trials.Select(trial => Trial(trial.Number, trial.Metric, ("strong", Math.Exp(trial.Values.Number("strong"))), ("weak", trial.Values["weak"]), ("nothing", trial.Values["nothing"])));
        CollectionAssert.AreEqual(expected.ToList(), Importances(stretched, changed).ToList());
    }

    [TestMethod]
    public void The_opposite_of_a_metric_that_is_better_when_higher_gives_the_same()
    {
        var losses = Random(60, (strong, weak) => (3 * strong) + weak).ToList();
        var shares = losses.Select(trial => trial with { Rungs = [trial.Rungs[0] with { Metric = -trial.Metric }] });
        CollectionAssert.AreEqual(Importances(Squares, losses).ToList(), ParameterImportance.Of(Squares, TuningMetric.Accuracy, shares).ToList());
    }

    [TestMethod]
    public void A_conditional_parameter_is_not_credited_with_its_condition()
    {
        // The best trials all have "deep", and with it "depth", whose values are spread evenly among them.
        var space = TuningSpace.Empty.With(TuningParameter.Choice("kind", "flat", "deep")).With(TuningParameter.WholeNumber("depth", 1, 4).When("kind", "deep"));
        var trials = Enumerable.Range(0, 80).Select(i => i % 2 == 0
            ? Trial(i, 1 + i, ("kind", "flat"))
            : Trial(i, i * 0.001, ("kind", "deep"), ("depth", 1 + (i / 2 % 4))));
        var importances = Importances(space, trials);
        Assert.AreEqual(new TuningImportance("kind", 1), importances[0]);
        Assert.AreEqual(new TuningImportance("depth", 0), importances[1]);
    }

    [TestMethod]
    public void A_conditional_parameter_that_matters_is_seen()
    {
        var space = TuningSpace.Empty.With(TuningParameter.Choice("kind", "flat", "deep")).With(TuningParameter.WholeNumber("depth", 1, 4).When("kind", "deep"));
        var trials = Enumerable.Range(0, 160).Select(i => i % 2 == 0
            ? Trial(i, 0.5 + (0.001 * i), ("kind", "flat"))
            : Trial(i, (i / 2 % 4 == 0 ? 0 : 1) + (0.001 * i), ("kind", "deep"), ("depth", 1 + (i / 2 % 4))));
        Assert.AreEqual("depth", Importances(space, trials)[0].Parameter);
    }

    [TestMethod]
    public void Stopped_and_failed_trials_count_as_worse_than_complete_ones()
    {
        // "a" is always complete and "b" never, whatever the metrics say.
        var space = TuningSpace.Empty.With(TuningParameter.Choice("c", "a", "b"));
        var trials = Enumerable.Range(0, 40).Select(i => Trial(i, i % 2 == 0 ? 5 : 0.1, ("c", i % 2 == 0 ? "a" : "b")) with { State = i % 2 == 0 ? TuningTrialState.Complete : i % 4 == 1 ? TuningTrialState.Stopped : TuningTrialState.Failed });
        Assert.AreEqual(new TuningImportance("c", 1), Importances(space, trials).Single());
    }

    [TestMethod]
    public void Constants_have_no_share_and_few_trials_say_nothing()
    {
        var space = TuningSpace.Empty.With(TuningParameter.Choice("one", 3)).With(TuningParameter.Uniform("strong", 0, 1)).Fix("BatchSize", 64);
        var trials = Enumerable.Range(0, 20).Select(i => Trial(i, i, ("one", 3), ("strong", i / 20.0), ("BatchSize", 64))).ToList();
        var importances = Importances(space, trials);
        CollectionAssert.AreEqual(new[] { new TuningImportance("strong", 1), new TuningImportance("one", 0) }, importances.ToArray());
        Assert.IsEmpty(Importances(space, trials.Take(19)));
        Assert.IsEmpty(Importances(TuningSpace.Empty, trials));
    }

    [TestMethod]
    public void The_result_has_them()
    {
        var tuned = TuningCase.Tune(tuning => tuning.MaximumTrials = 20);
        var importances = tuned.ParameterImportances();
        CollectionAssert.AreEquivalent(TuningCase.Space.Parameters.Select(parameter => parameter.Name).ToArray(), importances.Select(importance => importance.Parameter).ToArray());
        Assert.AreEqual(TuningCase.Space.ToString(), tuned.Space.ToString());
        CollectionAssert.AreEqual(ParameterImportance.Of(tuned.Space, tuned.Metric, tuned.Trials).ToList(), importances.ToList());
    }

    private static double Complete(int number) => number;

    private static IReadOnlyList<TuningImportance> Importances(TuningSpace space, IEnumerable<TuningTrial> trials) => ParameterImportance.Of(space, TuningMetric.LogLoss, trials);

    private static TuningTrial Trial(int number, double metric, params (string Name, object Value)[] values) =>
        new(number, TuningTrialState.Complete, new TuningValues(values.Select(value => new KeyValuePair<string, object>(value.Name, value.Value))), [new TuningRung(1, metric, 1, 1)], null);

    /// <summary>Trials at random points; where the function is constant, the metric is random too.</summary>
    private static IEnumerable<TuningTrial> Random(int count, Func<double, double, double> function, int seed = 1)
    {
        var random = new Random(seed);
        for (int i = 0; i < count; i++)
        {
            double strong = random.NextDouble(), weak = random.NextDouble();
            yield return Trial(i, function(strong, weak) + (1e-6 * random.NextDouble()), ("strong", strong), ("weak", weak), ("nothing", random.NextDouble()));
        }
    }

    /// <summary>The share of u in the best quarter of a u + b v, by counting the points of a fine grid.</summary>
    private static double Expected(double a, double b)
    {
        const int Grid = 800;
        var points = Enumerable.Range(0, Grid * Grid).Select(i => (U: ((i / Grid) + 0.5) / Grid, V: ((i % Grid) + 0.5) / Grid)).OrderBy(point => (a * point.U) + (b * point.V)).Take(Grid * Grid / 4).ToList();
        double u = Divergence(points.Select(point => point.U)), v = Divergence(points.Select(point => point.V));
        return u / (u + v);

        double Divergence(IEnumerable<double> values) => values.GroupBy(value => (int)(4 * value)).ToDictionary(group => group.Key, group => (double)group.Count() / points.Count) is var shares
            ? Enumerable.Range(0, 4).Sum(part => 0.25 * Math.Pow((shares.GetValueOrDefault(part) / 0.25) - 1, 2))
            : 0;
    }
}
