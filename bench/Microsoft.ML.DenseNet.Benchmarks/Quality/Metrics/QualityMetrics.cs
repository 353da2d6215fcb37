using System.Globalization;

namespace Microsoft.ML.DenseNet.Benchmarks.Quality;

/// <summary>Computes metrics of predictions.</summary>
internal static class QualityMetrics
{
    /// <summary>Probabilities are kept this far from 0 and 1, so that one certain and wrong row does not make the log-loss infinite.</summary>
    private const double ProbabilityMargin = 1e-7;

    public static IReadOnlyList<MetricValue> Measure(Predictions predictions) => predictions.Task switch
    {
        TabularTask.Binary => MeasureBinary(predictions),
        TabularTask.Multiclass => MeasureMulticlass(predictions),
        _ => MeasureRegression(predictions),
    };

    /// <summary>
    /// The share of pairs of a positive and a negative row where the positive one has the higher score; ties count half. NaN
    /// if one kind is absent.
    /// </summary>
    public static double AreaUnderRocCurve(ReadOnlySpan<bool> positive, ReadOnlySpan<double> scores)
    {
        double[] sorted = scores.ToArray();
        bool[] labels = positive.ToArray();
        Array.Sort(sorted, labels);

        long negatives = 0, positives = 0;
        double wins = 0;
        for (int start = 0, end; start < sorted.Length; start = end)
        {
            long tiedPositives = 0;
            for (end = start; end < sorted.Length && sorted[end].Equals(sorted[start]); end++)
                tiedPositives += labels[end] ? 1 : 0;
            long tiedNegatives = end - start - tiedPositives;
            wins += tiedPositives * (negatives + tiedNegatives / 2.0);
            negatives += tiedNegatives;
            positives += tiedPositives;
        }

        return wins / ((double)negatives * positives);
    }

    /// <summary>The log-loss of a row, in nats, from the probability of its class.</summary>
    public static double Loss(double probability) => -Math.Log(Math.Clamp(probability, ProbabilityMargin, 1 - ProbabilityMargin));

    private static MetricValue[] MeasureBinary(Predictions predictions)
    {
        string positiveLabel = predictions.Classes[0];
        bool[] positive = [.. predictions.Labels.Select(label => label == positiveLabel)];
        double[] probabilities = [.. predictions.Values.Select(row => row[0])];

        int correct = 0;
        double loss = 0;
        for (int i = 0; i < positive.Length; i++)
        {
            correct += probabilities[i] > 0.5 == positive[i] ? 1 : 0;
            loss += Loss(positive[i] ? probabilities[i] : 1 - probabilities[i]);
        }

        return
        [
            new(MetricNames.Auc, AreaUnderRocCurve(positive, probabilities)),
            new(MetricNames.Accuracy, (double)correct / positive.Length),
            new(MetricNames.LogLoss, loss / positive.Length),
            .. CalibrationMetrics.MeasureBinary(positive, probabilities),
        ];
    }

    /// <summary>The AUC is the mean over the classes of one class against the rest.</summary>
    private static MetricValue[] MeasureMulticlass(Predictions predictions)
    {
        var indices = predictions.Classes.Index().ToDictionary(pair => pair.Item, pair => pair.Index);
        int[] labels = [.. predictions.Labels.Select(label => indices[label])];

        int correct = 0;
        double loss = 0;
        for (int i = 0; i < labels.Length; i++)
        {
            double[] probabilities = predictions.Values[i];
            correct += Array.IndexOf(probabilities, probabilities.Max()) == labels[i] ? 1 : 0;
            loss += Loss(probabilities[labels[i]]);
        }

        double auc = indices.Values.Average(index => AreaUnderRocCurve(
            [.. labels.Select(label => label == index)],
            [.. predictions.Values.Select(row => row[index])]));
        return
        [
            new(MetricNames.Accuracy, (double)correct / labels.Length),
            new(MetricNames.LogLoss, loss / labels.Length),
            new(MetricNames.Auc, auc),
            .. CalibrationMetrics.MeasureMulticlass(labels, predictions.Values),
        ];
    }

    private static MetricValue[] MeasureRegression(Predictions predictions)
    {
        double[] labels = [.. predictions.Labels.Select(label => double.Parse(label, CultureInfo.InvariantCulture))];
        double mean = labels.Average();

        double squares = 0, absolutes = 0, variance = 0;
        for (int i = 0; i < labels.Length; i++)
        {
            double error = predictions.Values[i][0] - labels[i];
            squares += error * error;
            absolutes += Math.Abs(error);
            variance += (labels[i] - mean) * (labels[i] - mean);
        }

        return
        [
            new(MetricNames.RootMeanSquaredError, Math.Sqrt(squares / labels.Length)),
            new(MetricNames.MeanAbsoluteError, absolutes / labels.Length),
            new(MetricNames.RSquared, 1 - squares / variance),
        ];
    }
}
