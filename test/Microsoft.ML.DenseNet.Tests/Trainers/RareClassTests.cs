using Microsoft.ML.Data;

namespace Microsoft.ML.DenseNet.Tests;

/// <summary>
/// The default network's probabilities add up to the classes' rates on fresh rows, however rare a class is, and their log-loss is no worse
/// than that of a constant.
/// </summary>
[TestClass]
public sealed class RareClassTests
{
    private const int Width = 3, FreshRows = 5000, Rare = 1;

    private readonly MLContext _ml = new(seed: 1);

    private enum Weighting
    {
        None,
        Examples,
        Balanced,
    }

    [TestMethod]
    public void ProbabilitiesOfNoiseAddUpToTheRate() => Check(
    [
        new(60, 1 / 3.0, 0, IsQuick: false), new(60, 0.1, 0, IsQuick: false), new(200, 0.05, 0), new(200, 0.05, 0, Classes: 3), new(1000, 0.02, 0, IsQuick: false),
        new(1000, 1 / 300.0, 0), new(600, 0.02, 0, Classes: 3), new(600, 0.02, 0, Weighting: Weighting.Examples), new(5000, 1 / 300.0, 0),
    ]);

    [TestMethod]
    public void ProbabilitiesThatSayMuchAddUpToTheRate() => Check(
    [
        new(60, 1 / 3.0, 1.5, IsQuick: false), new(200, 0.1, 1.5), new(300, 1 / 3.0, 1.5), new(600, 0.04, 1.5, IsQuick: false),
        new(600, 0.05, 1.5, Classes: 3), new(600, 0.05, 1.5, Weighting: Weighting.Examples), new(300, 0.1, 1.5, Classes: 3, Weighting: Weighting.Examples), new(5000, 0.01, 1.5),
    ]);

    [TestMethod]
    public void BalancedClassesGetTheSharesThatTheirWeightsGiveThem() => Check(
    [
        new(400, 0.1, 0, Weighting: Weighting.Balanced), new(400, 0.1, 0, Classes: 3, Weighting: Weighting.Balanced),
    ]);

    [TestMethod]
    [DataRow(1)]
    [DataRow(5)]
    public void AHandfulOfRowsIsPredictedAsRareAsItIs(int count)
    {
        // Some folds, or all that have a network, hold out no row of the class.
        var drawn = Rows(1000, 0, slope: 0, classes: 2, seed: 3);
        for (int i = 0; i < drawn.Length; i++)
            (drawn[i].Key, drawn[i].Label) = (i < count ? Rare : 0u, i < count);
        var probabilities = Predict(Train(drawn, new Case(1000, 0, 0), null), Rows(FreshRows, 0, slope: 0, classes: 2, seed: 4), 2);
        double mean = probabilities.Average(row => row[Rare]);
        Assert.AreEqual(count / 1000.0, mean, 0.3 * Math.Sqrt(count) / 1000);
        double loss = -probabilities.Average(row => (count / 1000.0 * Math.Log(row[Rare])) + ((1 - (count / 1000.0)) * Math.Log(row[0])));
        Assert.IsLessThan(Entropy([1 - (count / 1000.0), count / 1000.0]) + 0.003, loss);
    }

    [TestMethod]
    public void ValidationRowsOfOtherSharesChangeNoProbabilities()
    {
        // As many rows of each class, to see the rare one often enough; the training rows say how rare it is.
        var validation = Rows(600, 0.05, 1.5, 2, seed: 6, keep: label => label == 0 ? 0.06 : 1);
        Assert.IsGreaterThan(0.3, validation.Average(row => (double)row.Key));
        var rows = Rows(2000, 0.05, 1.5, 2, seed: 5);
        var probabilities = Predict(Train(rows, new Case(2000, 0.05, 1.5), validation), Rows(FreshRows, 0.05, 1.5, 2, seed: 7), 2);
        double share = rows.Average(row => (double)row.Key);
        Assert.AreEqual(share, probabilities.Average(row => row[Rare]), 2 * Math.Sqrt(share * (1 - share) / 600));
    }

    private void Check(IReadOnlyList<Case> cases)
    {
        var deviations = new List<double>();
        for (int i = 0; i < cases.Count; i++)
        {
            var row = cases[i];
            int seed = 100 + (10 * i) + (row.Slope > 0 ? 1000 : 0);
            var training = Rows(row.Rows, row.Rate, row.Slope, row.Classes, seed);
            double[] shares = Shares(training, row);
            var fresh = Rows(FreshRows, row.Rate, row.Slope, row.Classes, seed + 1);
            var probabilities = Predict(Train(training, row, null), fresh, row.Classes);
            for (int label = 0; label < row.Classes; label++)
            {
                // The binomial error of the number of training rows, with weights of the number that says as much.
                double error = Math.Sqrt(shares[label] * (1 - shares[label]) / EffectiveRows(training, row));
                double deviation = (probabilities.Average(values => values[label]) - shares[label]) / Math.Max(error, 1e-9);
                Assert.IsLessThan(2.5, Math.Abs(deviation), $"{row}: class {label} is predicted {probabilities.Average(values => values[label]):G4}, its share is {shares[label]:G4}");
                if (label == Rare)
                    deviations.Add(deviation);
            }

            if (row.Weighting != Weighting.Balanced)
                CheckLoss(row, fresh, probabilities, shares);
        }

        // Where all are too low, as they were, none of them need be far off: the mean of n deviations of at most one binomial error.
        Assert.AreEqual(0, deviations.Average(), 1 / Math.Sqrt(deviations.Count), string.Join(", ", deviations.Select(value => $"{value:F2}")));
    }

    /// <summary>The loss of what a few fitted numbers decide is above its optimum by about one row each, as that of a constant is.</summary>
    private static void CheckLoss(Case row, Row[] fresh, double[][] probabilities, double[] shares)
    {
        double[] differences = [.. fresh.Zip(probabilities, (values, predicted) => Math.Log(shares[values.Key]) - Math.Log(predicted[values.Key]))];
        double mean = differences.Average(), error = Math.Sqrt(differences.Average(value => (value - mean) * (value - mean)) / differences.Length);
        Assert.IsLessThan((3 * error) + (3.0 / row.Rows), mean, $"{row}: log-loss above that of a constant");
    }

    private ITransformer Train(Row[] rows, Case row, Row[]? validation)
    {
        var (training, held) = (Load(rows, row.Classes), validation is null ? null : Load(validation, row.Classes));
        var effort = row.IsQuick ? Effort.Quick : Effort.Standard;
        var classWeights = row.Weighting == Weighting.Balanced ? ClassWeights.Balanced : null;
        void Set(DenseNetOptions options, LearningTask task)
        {
            options.Seed = row.Rows;
            options.Defaults = DenseNetDefaults.For(task, effort);
            options.ExampleWeightColumnName = row.Weighting == Weighting.Examples ? nameof(Row.Weight) : null;
        }

        if (row.Classes == 2)
        {
            var binary = new DenseNetBinaryTrainer.Options { ClassWeights = classWeights };
            Set(binary, LearningTask.BinaryClassification);
            return _ml.BinaryClassification.Trainers.DenseNet(binary).Fit(training, held);
        }

        var options = new DenseNetMulticlassTrainer.Options { LabelColumnName = nameof(Row.Key), ClassWeights = classWeights };
        Set(options, LearningTask.MulticlassClassification);
        return _ml.MulticlassClassification.Trainers.DenseNet(options).Fit(training, held);
    }

    private double[][] Predict(ITransformer model, Row[] rows, int classes)
    {
        var scored = model.Transform(Load(rows, classes));
        return classes == 2
            ? [.. scored.GetColumn<float>("Probability").Select(value => new[] { 1 - (double)value, value })]
            : [.. scored.GetColumn<float[]>("Score").Select(scores => Array.ConvertAll(scores, score => (double)score))];
    }

    private IDataView Load(Row[] rows, int classes)
    {
        var schema = SchemaDefinition.Create(typeof(Row));
        schema[nameof(Row.Features)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, Width);
        schema[nameof(Row.Key)].ColumnType = new KeyDataViewType(typeof(uint), classes);
        return _ml.Data.LoadFromEnumerable(rows, schema);
    }

    /// <summary>Draws rows; the rare class's log-odds rise with the first feature.</summary>
    private static Row[] Rows(int count, double rate, double slope, int classes, int seed, Func<uint, double>? keep = null)
    {
        var random = new Random(seed);
        double offset = Offset(rate, slope);
        var rows = new List<Row>();
        while (rows.Count < count)
        {
            float[] features = [.. Enumerable.Range(0, Width).Select(_ => (float)RandomNetworks.Normal(random))];
            double probability = rate == 0 ? 0 : 1 / (1 + Math.Exp(-(offset + (slope * features[0]))));
            uint label = random.NextDouble() < probability ? Rare : classes == 2 || random.Next(2) == 0 ? 0u : 2;
            if (keep is null || random.NextDouble() < keep(label))
                rows.Add(new Row { Features = features, Label = label == Rare, Key = label, Weight = (float)(0.5 + (2 * random.NextDouble())) });
        }

        return [.. rows];
    }

    /// <summary>The log-odds at which the mean probability is the rate.</summary>
    private static double Offset(double rate, double slope)
    {
        double low = -20, high = 20;
        for (int i = 0; i < 50; i++)
        {
            double middle = (low + high) / 2;
            double mean = Enumerable.Range(-400, 801).Sum(step => Math.Exp(-step * step / 20_000.0) / (1 + Math.Exp(-(middle + (slope * step / 100.0))))) / Math.Sqrt(20_000 * Math.PI);
            (low, high) = mean < rate ? (middle, high) : (low, middle);
        }

        return low;
    }

    private static double[] Shares(Row[] rows, Case row)
    {
        if (row.Weighting == Weighting.Balanced)
            return [.. Enumerable.Repeat(1.0 / row.Classes, row.Classes)];
        double[] sums = new double[row.Classes];
        foreach (var each in rows)
            sums[each.Key] += row.Weighting == Weighting.Examples ? each.Weight : 1;
        return [.. sums.Select(sum => sum / sums.Sum())];
    }

    private static double EffectiveRows(Row[] rows, Case row)
    {
        double[] weights = row.Weighting switch
        {
            Weighting.Examples => [.. rows.Select(each => (double)each.Weight)],
            Weighting.Balanced => [.. rows.Select(each => 1.0 / rows.Count(other => other.Key == each.Key))],
            _ => [.. rows.Select(_ => 1.0)],
        };
        return weights.Sum() * weights.Sum() / weights.Sum(weight => weight * weight);
    }

    private static double Entropy(double[] shares) => -shares.Sum(share => share * Math.Log(share));

    private sealed record Case(int Rows, double Rate, double Slope, int Classes = 2, Weighting Weighting = default, bool IsQuick = true);

    private sealed class Row
    {
        public float[] Features { get; set; } = [];

        public bool Label { get; set; }

        public uint Key { get; set; }

        public float Weight { get; set; }
    }
}
