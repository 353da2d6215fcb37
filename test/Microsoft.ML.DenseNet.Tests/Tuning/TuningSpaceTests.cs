namespace Microsoft.ML.DenseNet.Tests;

/// <summary>Search spaces: what they hold, what they refuse, and the distributions that values are drawn from.</summary>
[TestClass]
public sealed class TuningSpaceTests
{
    private const int Draws = 4000;

    /// <summary>The Kolmogorov-Smirnov statistic times √n, beyond which one in a thousand samples of the right distribution lies.</summary>
    private const double KolmogorovLimit = 1.95;

    [TestMethod]
    public void NumbersFollowTheirDistributions()
    {
        CheckDistribution(TuningParameter.Uniform("x", -2, 3), x => (x + 2) / 5);
        CheckDistribution(TuningParameter.LogUniform("x", 0.001, 10), x => Math.Log(x / 0.001) / Math.Log(10_000));
    }

    [TestMethod]
    public void WholeNumbersAndChoicesFollowTheirDistributions()
    {
        CheckCounts(TuningParameter.WholeNumber("x", -1, 3), Enumerable.Range(-1, 5).ToDictionary(i => (object)i, _ => 0.2));
        CheckCounts(TuningParameter.LogWholeNumber("x", 1, 4), Enumerable.Range(1, 4).ToDictionary(i => (object)i, i => Math.Log((i + 0.5) / (i - 0.5)) / Math.Log(9)));
        CheckCounts(TuningParameter.Choice("x", "a", true, 3, 0.5), new object[] { "a", true, 3, 0.5 }.ToDictionary(value => value, _ => 0.25));
    }

    [TestMethod]
    public void AConditionalParameterIsThereOnlyWithItsCondition()
    {
        var space = TuningSpace.Empty.With(TuningParameter.Choice("kind", "none", "some")).With(TuningParameter.Uniform("amount", 0, 1).When("kind", "some")).With(TuningParameter.WholeNumber("detail", 1, 9).When("amount", 2.0));
        var trials = Enumerable.Range(1, 200).Select(trial => new RandomSampler().Sample(space, trial, 7, [])).ToList();
        foreach (var values in trials)
        {
            Assert.AreEqual(values.Text("kind") == "some", values.Contains("amount"));
            Assert.IsFalse(values.Contains("detail")); // no draw is exactly 2
        }

        Assert.AreEqual(100, trials.Count(values => values.Text("kind") == "some"), 30.0);
    }

    [TestMethod]
    public void TheSameSeedAndTrialHaveTheSameValues()
    {
        var space = TuningSpace.For(LearningTask.MulticlassClassification);
        var sampler = new RandomSampler();
        Assert.AreEqual(sampler.Sample(space, 5, 1, []).ToString(), sampler.Sample(space, 5, 1, []).ToString());
        Assert.AreNotEqual(sampler.Sample(space, 5, 1, []).ToString(), sampler.Sample(space, 6, 1, []).ToString());
        Assert.AreNotEqual(sampler.Sample(space, 5, 1, []).ToString(), sampler.Sample(space, 5, 2, []).ToString());
    }

    [TestMethod]
    public void EveryPointIsThatOfItsValue()
    {
        foreach (var parameter in new[] { TuningParameter.Uniform("x", -2, 3), TuningParameter.LogUniform("x", 0.001, 10), TuningParameter.WholeNumber("x", -1, 3), TuningParameter.LogWholeNumber("x", 1, 40), TuningParameter.Choice("x", "a", 2, true) })
        {
            for (int trial = 0; trial < 100; trial++)
            {
                object value = RandomSampler.Draw(parameter, new TuningRandom(3, trial));
                object again = parameter.FromPoint(parameter.ToPoint(value));
                if (value is double number)
                    Assert.AreEqual(number, (double)again, 1e-12 * Math.Abs(number));
                else
                    Assert.AreEqual(value, again);
            }
        }
    }

    [TestMethod]
    [DataRow(LearningTask.BinaryClassification)]
    [DataRow(LearningTask.MulticlassClassification)]
    [DataRow(LearningTask.Regression)]
    public void EveryDrawOfTheShippedSpaceIsAllowed(LearningTask task)
    {
        var space = TuningSpace.For(task);
        space.Validate(task, hasPreprocess: false);
        for (int trial = 0; trial < 300; trial++)
        {
            var settings = new TrialSettings(OptionsOf(task), DenseNetDefaults.For(task));
            KnownParameter.ApplyAll(settings, new RandomSampler().Sample(space, trial, 1, []).ByName);
            settings.Options.Defaults = settings.Defaults;
            settings.Options.Validate(task);
        }
    }

    [TestMethod]
    public void EveryKnownParameterSetsItsOption()
    {
        var values = new Dictionary<string, object>
        {
            ["Effort"] = "Quick", ["HiddenLayers"] = 2, ["HiddenWidth"] = 24, ["Activation"] = "GELU", ["Dropout"] = 0.25, ["LearningRate"] = 0.01, ["WeightDecay"] = 0.5,
            ["SecondMomentDecay"] = 0.9, ["WeightAveraging"] = 4.0, ["LabelSmoothing"] = 0.05, ["BatchSize"] = 33, ["Frequencies"] = 7, ["NumberWidth"] = 5,
            ["FrequencyDeviation"] = 0.5, ["Bins"] = 9, ["BinWidth"] = 3, ["CategoryWidth"] = 6, ["MaximumOneHotSlots"] = 11, ["Optimizer"] = "NAdam", ["OptimizerLearningRate"] = 0.02,
        };
        CollectionAssert.AreEquivalent(values.Keys.ToList(), TuningSpace.KnownNames.ToList());
        var settings = new TrialSettings(new DenseNetBinaryTrainer.Options(), DenseNetDefaults.For(LearningTask.BinaryClassification));
        KnownParameter.ApplyAll(settings, values);
        var (options, defaults) = (settings.Options, settings.Defaults);
        CollectionAssert.AreEqual(new[] { 24, 24 }, defaults.HiddenUnits.ToArray());
        Assert.AreEqual(DenseNetDefaults.For(LearningTask.BinaryClassification, Effort.Quick).WorkBudget, defaults.WorkBudget);
        Assert.AreEqual(Layer.GELU, defaults.Activation);
        Assert.AreEqual(0.25f, defaults.Dropout);
        Assert.AreEqual(0.01, defaults.LearningRate);
        Assert.AreEqual(0.5, defaults.WeightDecay);
        Assert.AreEqual(0.9, defaults.SecondMomentDecay);
        Assert.AreEqual(4, defaults.WeightAveraging);
        Assert.AreEqual(0.05, defaults.LabelSmoothing);
        Assert.AreEqual(33, defaults.BatchSize);
        Assert.AreEqual(Layer.PeriodicEmbedding(7, 5, 0.5f), defaults.NumberEmbedding);
        Assert.AreEqual(Layer.PiecewiseLinearEmbedding(9, 3), defaults.NumberBins);
        Assert.AreEqual(6, defaults.CategoryWidth);
        Assert.AreEqual(11, defaults.MaximumOneHotSlots);
        Assert.AreEqual(Optimizers.NAdam().Name, options.Optimizer!.Name);
        Assert.AreEqual(0.02, options.LearningRate);

        // And reading them returns what was set, so that the first trial's values are those of the options.
        foreach (var known in KnownParameter.All.Where(known => known.Name != "Optimizer"))
            Assert.AreEqual(values[known.Name], known.Read(settings), known.Name);
    }

    [TestMethod]
    public void ASpaceIsNarrowedExtendedAndFixed()
    {
        var space = TuningSpace.For(LearningTask.Regression);
        int count = space.Parameters.Count;
        var narrowed = space.With(TuningParameter.Uniform("Dropout", 0, 0.1));
        Assert.HasCount(count, narrowed.Parameters);
        Assert.AreEqual(0.1, narrowed.Parameters.Single(parameter => parameter.Name == "Dropout").Maximum);
        Assert.HasCount(count + 1, space.With(TuningParameter.Choice("Mine", 1, 2)).Parameters);
        Assert.HasCount(count - 1, space.Without("Dropout").Parameters);
        var set = space.Fix("Dropout", 0.2).Fix("Bins", 16);
        Assert.HasCount(count - 2, set.Parameters);
        set.Validate(LearningTask.Regression, hasPreprocess: false); // BinWidth depends on Bins, which is fixed
        var values = new RandomSampler().Sample(set, 1, 1, []);
        Assert.AreEqual(0.2, values.Number("Dropout"));
        Assert.IsTrue(values.Contains("BinWidth"));
        Assert.HasCount(count, space.Parameters); // immutable
    }

    [TestMethod]
    [DataRow("Droput", "is not an option that can be tuned")]
    [DataRow("Dropout", "must be at least 0 and below 1")]
    [DataRow("HiddenWidth", "needs whole numbers")]
    [DataRow("Activation", "one of SELU, Mish")]
    public void AParameterThatDoesNotFitIsRefused(string name, string message)
    {
        var parameter = name == "Activation" ? TuningParameter.Choice(name, "SELU", "Swosh") : TuningParameter.Uniform(name, 0.5, 1.5);
        var failure = Assert.ThrowsExactly<ArgumentException>(() => TuningSpace.Empty.With(parameter).Validate(LearningTask.Regression, hasPreprocess: false));
        Assert.Contains(message, failure.Message);
        Assert.Contains(name, failure.Message);
    }

    [TestMethod]
    public void WrongArgumentsAreRefused()
    {
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => TuningParameter.Uniform("x", 1, 1));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => TuningParameter.Uniform("x", double.NaN, 1));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => TuningParameter.Uniform("x", 0, double.PositiveInfinity));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => TuningParameter.LogUniform("x", 0, 1));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => TuningParameter.WholeNumber("x", 3, 2));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => TuningParameter.LogWholeNumber("x", 0, 2));
        Assert.ThrowsExactly<ArgumentException>(() => TuningParameter.Choice("x"));
        Assert.ThrowsExactly<ArgumentException>(() => TuningParameter.Choice("x", "a", "a"));
        Assert.ThrowsExactly<ArgumentException>(() => TuningParameter.Choice("x", double.NaN));
        Assert.ThrowsExactly<ArgumentException>(() => TuningParameter.Choice("x", DateTime.Now));
        Assert.ThrowsExactly<ArgumentException>(() => TuningParameter.Choice(" ", 1));
        Assert.ThrowsExactly<ArgumentException>(() => TuningParameter.Choice("x", 1, 2).WithDefault(3));
        Assert.ThrowsExactly<ArgumentException>(() => TuningParameter.Choice("x", 1, 2).When("x", 1));
        Assert.ThrowsExactly<ArgumentException>(() => TuningParameter.Choice("x", 1, 2).When("y"));
        var space = TuningSpace.For(LearningTask.Regression);
        Assert.ThrowsExactly<ArgumentException>(() => space.Without("Nothing"));
        Assert.ThrowsExactly<ArgumentException>(() => space.Without("Bins")); // BinWidth depends on it
        Assert.ThrowsExactly<ArgumentException>(() => space.Fix("Nothing", 1));
        Assert.ThrowsExactly<ArgumentException>(() => space.Fix("Dropout", 1.5).Validate(LearningTask.Regression, false));
        Assert.ThrowsExactly<ArgumentException>(() => TuningSpace.Empty.With(TuningParameter.Uniform("Dropout", 0, 0.5).When("Later", 1)).Validate(LearningTask.Regression, false));
        Assert.ThrowsExactly<ArgumentException>(() => space.With(TuningParameter.Uniform("Mine", 0, 1).When("Bins", 17)).Validate(LearningTask.Regression, true));
        var values = new RandomSampler().Sample(space, 1, 1, []);
        Assert.ThrowsExactly<KeyNotFoundException>(() => values["Nothing"]);
        Assert.ThrowsExactly<InvalidCastException>(() => values.Text("Dropout"));
        Assert.ThrowsExactly<InvalidCastException>(() => values.Number("Activation"));
        Assert.ThrowsExactly<InvalidCastException>(() => values.WholeNumber("Dropout"));
    }

    private static DenseNetOptions OptionsOf(LearningTask task) => task switch
    {
        LearningTask.BinaryClassification => new DenseNetBinaryTrainer.Options(),
        LearningTask.MulticlassClassification => new DenseNetMulticlassTrainer.Options(),
        _ => new DenseNetRegressionTrainer.Options(),
    };

    private static void CheckDistribution(TuningParameter parameter, Func<double, double> cumulative)
    {
        double[] sorted = [.. Enumerable.Range(0, Draws).Select(trial => (double)RandomSampler.Draw(parameter, new TuningRandom(11, trial))).Order()];
        double statistic = sorted.Select((x, i) => Math.Max(((i + 1.0) / Draws) - cumulative(x), cumulative(x) - ((double)i / Draws))).Max() * Math.Sqrt(Draws);
        Assert.IsLessThan(KolmogorovLimit, statistic, parameter.ToString());
    }

    private static void CheckCounts(TuningParameter parameter, Dictionary<object, double> expected)
    {
        var counts = Enumerable.Range(0, Draws).Select(trial => RandomSampler.Draw(parameter, new TuningRandom(13, trial))).CountBy(value => value).ToDictionary();
        CollectionAssert.AreEquivalent(expected.Keys, counts.Keys);
        double chiSquare = expected.Sum(item => Math.Pow(counts[item.Key] - (Draws * item.Value), 2) / (Draws * item.Value));
        Assert.IsLessThan(18.5, chiSquare, parameter.ToString()); // 1 in 1000 with four degrees of freedom
    }
}
