namespace Microsoft.ML.DenseNet.Reporting;

/// <summary>Rows whose predicted probability is in one range.</summary>
/// <param name="Start">The range's lower end.</param>
/// <param name="End">The range's upper end.</param>
/// <param name="Count">The number of rows.</param>
/// <param name="MeanPrediction">Their mean predicted probability.</param>
/// <param name="Share">The share of them for which the prediction came true.</param>
/// <param name="Low">The lower end of the share's 95 % confidence interval (Wilson 1927).</param>
/// <param name="High">The upper end of that interval.</param>
internal sealed record CalibrationBin(double Start, double End, int Count, double MeanPrediction, double Share, double Low, double High)
{
    /// <summary>Bins the positive class's probability and share if there are two classes; otherwise the likeliest class's.</summary>
    public static IReadOnlyList<CalibrationBin> Of(ClassificationResults results, int number)
    {
        int[] counts = new int[number];
        double[] hits = new double[number], sums = new double[number];
        for (int row = 0; row < results.RowCount; row++)
        {
            int judged = results.IsBinary ? 1 : results.PredictedClass(row);
            double probability = results.Probability(row, judged);
            int bin = Math.Clamp((int)(probability * number), 0, number - 1);
            counts[bin]++;
            sums[bin] += probability;
            hits[bin] += results.Labels[row] == judged ? 1 : 0;
        }

        return [.. Enumerable.Range(0, number).Select(bin => Make(bin, number, counts[bin], sums[bin], hits[bin]))];
    }

    private static CalibrationBin Make(int bin, int number, int count, double sum, double hits)
    {
        var (low, high) = WilsonInterval.Of(hits, count, confidence: 0.95);
        return new CalibrationBin(bin / (double)number, (bin + 1) / (double)number, count, sum / count, hits / count, low, high);
    }
}
