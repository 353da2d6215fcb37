using System.Globalization;
using static TorchSharp.torch;

namespace Microsoft.ML.DenseNet.Tests;

/// <summary>Losses against their formulas in double arithmetic.</summary>
[TestClass]
public sealed class LossTests
{
    private const int Rows = 17;
    private const int Classes = 4;

    public static IEnumerable<object[]> BinaryCases() =>
    [
        Case(Losses.BinaryCrossEntropy(), (z, y) => -(y * LogSigmoid(z) + (1 - y) * LogSigmoid(-z))),
        Case(Losses.BinaryCrossEntropy(positiveWeight: 3), (z, y) => -(3 * y * LogSigmoid(z) + (1 - y) * LogSigmoid(-z))),
        Case(Losses.BinaryCrossEntropy(labelSmoothing: 0.2), (z, y) => -((0.8 * y + 0.1) * LogSigmoid(z) + (0.9 - 0.8 * y) * LogSigmoid(-z))),
        Case(Losses.KullbackLeiblerDivergence(0.2), (z, y) => (0.1 + 0.8 * y) * (Math.Log(0.1 + 0.8 * y) - LogSigmoid(z)) + (0.9 - 0.8 * y) * (Math.Log(0.9 - 0.8 * y) - LogSigmoid(-z))),
        Case(Losses.KullbackLeiblerDivergence(), (z, y) => -(y * LogSigmoid(z) + (1 - y) * LogSigmoid(-z))),
        Case(Losses.Focal(gamma: 2), (z, y) => -Math.Pow(1 - Math.Exp(LogSigmoid(y == 1 ? z : -z)), 2) * LogSigmoid(y == 1 ? z : -z)),
        Case(Losses.Focal(gamma: 0), (z, y) => -LogSigmoid(y == 1 ? z : -z)),
    ];

    public static IEnumerable<object[]> RegressionCases() =>
    [
        Case(Losses.MeanSquaredError(), (x, y) => (x - y) * (x - y)),
        Case(Losses.MeanAbsoluteError(), (x, y) => Math.Abs(x - y)),
        Case(Losses.SmoothL1(beta: 0.5), (x, y) => Math.Abs(x - y) < 0.5 ? (x - y) * (x - y) : Math.Abs(x - y) - 0.25),
        Case(Losses.Huber(delta: 0.7), (x, y) => Math.Abs(x - y) < 0.7 ? (x - y) * (x - y) / 2 : 0.7 * (Math.Abs(x - y) - 0.35)),
        Case(Losses.Poisson(), (x, y) => Math.Exp(x) - y * x),
        Case(Losses.Quantile(0.9), (x, y) => y > x ? 0.9 * (y - x) : 0.1 * (x - y)),
        Case(Losses.Custom((x, y) => pow(x - y, 4)), (x, y) => Math.Pow(x - y, 4)),
        Case(Losses.Custom((x, y) => mean(pow(x - y, 4))), (x, y) => Math.Pow(x - y, 4)),
    ];

    [TestMethod]
    [DynamicData(nameof(BinaryCases))]
    public void BinaryLossIsItsFormula(string name, Loss loss, Func<double, double, double> formula) =>
        CheckScalar(name, loss, formula, random => random.Next(2));

    [TestMethod]
    [DynamicData(nameof(RegressionCases))]
    public void RegressionLossIsItsFormula(string name, Loss loss, Func<double, double, double> formula) =>
        CheckScalar(name, loss, formula, random => random.NextDouble() * 3 - 1);

    [TestMethod]
    public void MulticlassLossesAreTheirFormulas()
    {
        double[] classWeights = [0.5, 1, 2, 4];
        var (outputs, classes) = Multiclass();
        double[,] logProbabilities = LogSoftmax(outputs);
        double CrossEntropy(int row, double smoothing) =>
            -Enumerable.Range(0, Classes).Sum(k => ((k == classes[row] ? 1 - smoothing : 0) + smoothing / Classes) * logProbabilities[row, k]);
        double Entropy(double smoothing) => Enumerable.Range(0, Classes).Sum(k =>
        {
            double p = (k == 0 ? 1 - smoothing : 0) + smoothing / Classes;
            return p == 0 ? 0 : -p * Math.Log(p);
        });

        var rows = Enumerable.Range(0, Rows).ToArray();
        CheckMulticlass(Losses.CrossEntropy(), rows.Average(row => CrossEntropy(row, 0)));
        CheckMulticlass(Losses.CrossEntropy(labelSmoothing: 0.3), rows.Average(row => CrossEntropy(row, 0.3)));
        CheckMulticlass(Losses.NegativeLogLikelihood(), rows.Average(row => CrossEntropy(row, 0)));
        CheckMulticlass(Losses.KullbackLeiblerDivergence(0.3), rows.Average(row => CrossEntropy(row, 0.3)) - Entropy(0.3));
        CheckMulticlass(Losses.Focal(1.5), rows.Average(row => Math.Pow(1 - Math.Exp(-CrossEntropy(row, 0)), 1.5) * CrossEntropy(row, 0)));

        double weighted = rows.Sum(row => classWeights[classes[row]] * CrossEntropy(row, 0)) / rows.Sum(row => classWeights[classes[row]]);
        CheckMulticlass(Losses.CrossEntropy(classWeights: classWeights), weighted);
        CheckMulticlass(Losses.NegativeLogLikelihood(classWeights), weighted);
    }

    [TestMethod]
    public void NamesTellClassWeightsInAnyCulture()
    {
        // A comma before the decimals would also read as two weights.
        var found = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo("de-DE");
            Assert.AreEqual("CrossEntropy(labelSmoothing: 0.1, classWeights: [0.5, 2, 1.25])", Losses.CrossEntropy(0.1, [0.5, 2, 1.25]).Name);
            Assert.AreEqual("NegativeLogLikelihood(classWeights: [0.5, 2, 1.25])", Losses.NegativeLogLikelihood([0.5, 2, 1.25]).Name);
            Assert.AreEqual("0.5, 2.25", ClassWeights.Of(0.5, 2.25).ToString());
        }
        finally
        {
            CultureInfo.CurrentCulture = found;
        }

        Assert.AreEqual("NegativeLogLikelihood", Losses.NegativeLogLikelihood().Name);
    }

    [TestMethod]
    public void EveryFactoryIsTested()
    {
        // Losses that fit no task of the cases above would slip through: each public factory must be named here.
        string[] factories = [.. typeof(Losses).GetMethods().Where(method => method.ReturnType == typeof(Loss)).Select(method => method.Name).Order()];
        CollectionAssert.AreEqual(
            new[] { "BinaryCrossEntropy", "CrossEntropy", "Custom", "Focal", "Huber", "KullbackLeiblerDivergence", "MeanAbsoluteError", "MeanSquaredError", "NegativeLogLikelihood", "Poisson", "Quantile", "Quantiles", "SmoothL1" },
            factories);
    }

    [TestMethod]
    public void WeightsScaleEachRow()
    {
        using var scope = NewDisposeScope();
        var outputs = tensor(new float[] { 1, 2, 4 }, [3, 1]);
        var targets = zeros(3, 1);
        var weights = tensor(new float[] { 3, 0, 1 }, [3, 1]);
        Assert.AreEqual((3 * 1 + 0 * 4 + 1 * 16) / 3.0, Losses.MeanSquaredError().Mean(outputs, targets, weights).item<float>(), 1e-6);
    }

    [TestMethod]
    public void ScalarLossWithWeightsIsRefused()
    {
        using var scope = NewDisposeScope();
        var error = Assert.ThrowsExactly<InvalidOperationException>(() => Losses.Custom((x, y) => mean(x - y), "mine").Mean(ones(2, 1), ones(2, 1), ones(2, 1)));
        StringAssert.Contains(error.Message, "'mine'");
        error = Assert.ThrowsExactly<InvalidOperationException>(() => Losses.Custom((x, y) => (x - y).narrow(0, 0, 1).view(1)).Mean(ones(2, 1), ones(2, 1), null));
        StringAssert.Contains(error.Message, "1 values for 2 rows");
    }

    [TestMethod]
    [DataRow(0.0)]
    [DataRow(0.5)]
    [DataRow(1.0)]
    [DataRow(2.0)]
    public void FocalStaysFiniteWhereARowIsCertain(double gamma)
    {
        using var scope = NewDisposeScope();
        var logits = tensor(new float[] { 40, -40, 200, -200, 0 }, [5, 1]).requires_grad_();
        var loss = Losses.Focal(gamma).Mean(logits, tensor(new float[] { 1, 0, 1, 0, 1 }, [5, 1]), null);
        loss.backward();
        Assert.AreEqual(Math.Pow(0.5, gamma) * Math.Log(2) / 5, loss.item<float>(), 1e-6);
        float[] gradient = logits.grad!.data<float>().ToArray();
        for (int i = 0; i < 4; i++)
            Assert.AreEqual(0, gradient[i], 1e-6, $"row {i}");

        // At p = 1/2: d/dz −(1 − p)^γ ln p = (1 − p)^γ (γ p ln p − (1 − p)).
        Assert.AreEqual(Math.Pow(0.5, gamma) * ((gamma * 0.5 * Math.Log(0.5)) - 0.5) / 5, gradient[4], 1e-6);
    }

    [TestMethod]
    public void ACustomLossThatCannotWorkIsRefusedBeforeTheFirstEpoch()
    {
        // Class numbers of shape [rows] do not fit predictions [rows, K]; with as many rows as classes torch would stretch them.
        var quartic = Losses.Custom((prediction, target) => mean(pow(prediction - target, 4)), "quartic");
        var error = Assert.ThrowsExactly<InvalidOperationException>(() => quartic.Try(LearningTask.MulticlassClassification, 3));
        StringAssert.Contains(error.Message, "'quartic' failed on predictions [5, 3] and targets [5]");
        StringAssert.Contains(error.Message, "one_hot");
        quartic.Try(LearningTask.BinaryClassification, 1);
        quartic.Try(LearningTask.Regression, 1);
        Losses.Custom((prediction, target) => pow(prediction - nn.functional.one_hot(target, 3), 4).sum(1)).Try(LearningTask.MulticlassClassification, 3);

        error = Assert.ThrowsExactly<InvalidOperationException>(() => Losses.Custom((_, target) => target * target, "blind").Try(LearningTask.Regression, 1));
        StringAssert.Contains(error.Message, "'blind' does not depend on the prediction");

        var ml = new MLContext(seed: 1);
        error = Assert.ThrowsExactly<InvalidOperationException>(() => TaskCase.Multiclass.Trainer(ml, options => options.Loss = quartic).Fit(TestTransformers.Data(ml, ScoringRow.Create(30))));
        StringAssert.Contains(error.Message, "'quartic'");
    }

    [TestMethod]
    public void LossThatDoesNotFitTheTaskIsRefusedAtConstruction()
    {
        var mlContext = new MLContext();
        var error = Assert.ThrowsExactly<ArgumentException>(() => mlContext.BinaryClassification.Trainers.DenseNet(new DenseNetBinaryTrainer.Options { Loss = Losses.MeanSquaredError() }));
        StringAssert.Contains(error.Message, "MeanSquaredError");
        Assert.ThrowsExactly<ArgumentException>(() => mlContext.Regression.Trainers.DenseNet(new DenseNetRegressionTrainer.Options { Loss = Losses.CrossEntropy() }));
        Assert.ThrowsExactly<ArgumentException>(() => mlContext.MulticlassClassification.Trainers.DenseNet(new DenseNetMulticlassTrainer.Options { Loss = Losses.BinaryCrossEntropy() }));
    }

    private static object[] Case(Loss loss, Func<double, double, double> formula) => [loss.Name, loss, formula];

    private static void CheckScalar(string name, Loss loss, Func<double, double, double> formula, Func<Random, double> drawTarget)
    {
        using var scope = NewDisposeScope();
        var random = new Random(5);
        float[] outputs = [.. Enumerable.Range(0, Rows).Select(_ => (float)(random.NextDouble() * 6 - 3))];
        float[] targets = [.. Enumerable.Range(0, Rows).Select(_ => (float)drawTarget(random))];
        double expected = outputs.Zip(targets).Average(pair => formula(pair.First, pair.Second));
        double actual = loss.Mean(tensor(outputs, [Rows, 1]), tensor(targets, [Rows, 1]), null).item<float>();
        Assert.AreEqual(expected, actual, 1e-5 * Math.Max(1, Math.Abs(expected)), name);
    }

    private static (float[] Outputs, long[] Classes) Multiclass()
    {
        var random = new Random(6);
        return ([.. Enumerable.Range(0, Rows * Classes).Select(_ => (float)(random.NextDouble() * 6 - 3))], [.. Enumerable.Range(0, Rows).Select(_ => (long)random.Next(Classes))]);
    }

    private static void CheckMulticlass(Loss loss, double expected)
    {
        using var scope = NewDisposeScope();
        var (outputs, classes) = Multiclass();
        double actual = loss.Mean(tensor(outputs, [Rows, Classes]), tensor(classes), null).item<float>();
        Assert.AreEqual(expected, actual, 1e-5, loss.Name);
    }

    private static double[,] LogSoftmax(float[] outputs)
    {
        var result = new double[Rows, Classes];
        for (int row = 0; row < Rows; row++)
        {
            double total = Enumerable.Range(0, Classes).Sum(k => Math.Exp(outputs[row * Classes + k]));
            for (int k = 0; k < Classes; k++)
                result[row, k] = outputs[row * Classes + k] - Math.Log(total);
        }

        return result;
    }

    private static double LogSigmoid(double z) => -Math.Log(1 + Math.Exp(-z));
}
