namespace Microsoft.ML.DenseNet.Tests;

/// <summary>The Parzen estimator: its densities, and that it finds the minimum of known functions sooner than random search.</summary>
[TestClass]
public sealed class ParzenSamplerTests
{
    private const int Trials = 50, Seeds = 25;

    [TestMethod]
    public void TheNormalDistributionIsRight()
    {
        // From tables.
        Assert.AreEqual(0.6826894921370859, Normal.Mass(-1, 1), 1e-12);
        Assert.AreEqual(0.9544997361036416, Normal.Mass(-2, 2), 1e-12);
        Assert.AreEqual(0.5, Normal.Mass(double.NegativeInfinity, 0), 1e-12);
        Assert.AreEqual(0.0013498980316301, Normal.Mass(3, double.PositiveInfinity), 1e-13);
    }

    [TestMethod]
    public void ADensityIsOneInTotalAndDrawsFollowIt()
    {
        foreach (double[] points in new double[][] { [], [0.1], [0.1, 0.11, 0.9], [0, 1, 0.5, 0.5] })
        {
            var density = new ParzenDensity(points, 0, 1);
            Assert.AreEqual(1, density.Mass(0, 1), 1e-9);
            const int Steps = 2000;
            double sum = Enumerable.Range(0, Steps).Sum(i => Math.Exp(density.LogDensity((i + 0.5) / Steps))) / Steps;
            Assert.AreEqual(1, sum, 1e-4);
            Assert.AreEqual(density.Mass(0.2, 0.4), Enumerable.Range(0, Steps).Sum(i => Math.Exp(density.LogDensity(0.2 + (0.2 * (i + 0.5) / Steps)))) * 0.2 / Steps, 1e-6);

            const int Draws = 3000;
            var random = new TuningRandom(5, points.Length);
            double[] sorted = [.. Enumerable.Range(0, Draws).Select(_ => density.Draw(random)).Order()];
            double statistic = sorted.Select((x, i) => Math.Abs(density.Mass(0, x) - ((i + 0.5) / Draws))).Max() * Math.Sqrt(Draws);
            Assert.IsLessThan(1.95, statistic);
        }
    }

    [TestMethod]
    public void ChoicesAreCountedWithOneMoreOfEach()
    {
        double[] expected = [1.0 / 6, 3.0 / 6, 2.0 / 6];
        double[] actual = ParzenChoices.Of([1, 2, 1], 3);
        for (int i = 0; i < 3; i++)
            Assert.AreEqual(expected[i], actual[i], 1e-12);
    }

    [TestMethod]
    public void ItBeatsRandomSearchInTheMedian()
    {
        Compare(
            TuningSpace.Empty.With(TuningParameter.LogUniform("rate", 1e-4, 1)).With(TuningParameter.Uniform("drop", 0, 1)).With(TuningParameter.WholeNumber("layers", 1, 8)),
            values => Math.Pow(Math.Log10(values.Number("rate") / 0.01), 2) + (4 * Math.Pow(values.Number("drop") - 0.2, 2)) + (0.1 * Math.Pow(values.WholeNumber("layers") - 3, 2)));
        Compare(
            TuningSpace.Empty.With(TuningParameter.Choice("kind", "a", "b", "c")).With(TuningParameter.Uniform("x", -5, 5).When("kind", "b")).With(TuningParameter.LogWholeNumber("n", 1, 1000).When("kind", "b", "c")),
            values => values.Text("kind") switch
            {
                "a" => 5,
                "b" => Math.Pow(values.Number("x") - 2, 2) + Math.Pow(Math.Log10(values.WholeNumber("n")) - 1, 2),
                _ => 2 + Math.Pow(Math.Log10(values.WholeNumber("n")) - 2, 2),
            });
    }

    [TestMethod]
    public void TheSameHistoryHasTheSameNextTrial()
    {
        var space = TuningSpace.For(LearningTask.BinaryClassification);
        var history = Enumerable.Range(1, 20).Select(trial => new RandomSampler().Sample(space, trial, 1, [])).ToList();
        var sampler = new ParzenSampler();
        Assert.AreEqual(sampler.Sample(space, 21, 1, history).ToString(), sampler.Sample(space, 21, 1, history).ToString());
        history.Reverse();
        Assert.AreNotEqual(sampler.Sample(space, 21, 1, history).ToString(), sampler.Sample(space, 21, 1, Enumerable.Reverse(history).ToList()).ToString());
    }

    private static void Compare(TuningSpace space, Func<TuningValues, double> function)
    {
        double parzen = Median(Enumerable.Range(0, Seeds).Select(seed => Minimum(new ParzenSampler(), space, function, seed)));
        double random = Median(Enumerable.Range(0, Seeds).Select(seed => Minimum(new RandomSampler(), space, function, seed)));
        Console.WriteLine($"median of the minimum after {Trials} trials: Parzen {parzen:G3}, random {random:G3}");
        Assert.IsLessThan(random / 2, parzen);
    }

    private static double Minimum(TrialSampler sampler, TuningSpace space, Func<TuningValues, double> function, int seed)
    {
        var trials = new List<(TuningValues Values, double Loss)>();
        for (int trial = 1; trial <= Trials; trial++)
        {
            var values = sampler.Sample(space, trial, seed, [.. trials.OrderBy(item => item.Loss).Select(item => item.Values)]);
            trials.Add((values, function(values)));
        }

        return trials.Min(item => item.Loss);
    }

    private static double Median(IEnumerable<double> values) => values.Order().ElementAt(Seeds / 2);
}
