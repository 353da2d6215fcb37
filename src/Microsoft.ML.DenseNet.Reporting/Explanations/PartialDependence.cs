namespace Microsoft.ML.DenseNet.Reporting;

/// <summary>
/// How the prediction depends on a feature (Friedman 2001), with the individual curves of rows (Goldstein et al. 2015): the feature is set to each of some values in
/// all rows, the others stay. Where features depend on each other, some of the rows so made do not exist.
/// </summary>
public sealed class PartialDependence
{
    private PartialDependence(ExplainedFeature feature) => Feature = feature;

    /// <summary>The feature.</summary>
    public ExplainedFeature Feature { get; }

    /// <summary>What is predicted, in words.</summary>
    public string Measure { get; internal init; } = "";

    /// <summary>The values, ascending or in the order of the categories, with the mean prediction at each.</summary>
    public IReadOnlyList<PartialDependencePoint> Points { get; internal init; } = [];

    /// <summary>For each row, the prediction at each of <see cref="Points"/>.</summary>
    public IReadOnlyList<IReadOnlyList<float>> Curves { get; internal init; } = [];

    /// <summary>The number of each row of <see cref="Curves"/> in the data, from 0.</summary>
    public IReadOnlyList<long> Rows { get; internal init; } = [];

    internal static PartialDependence Of(ExplainedRows all, ExplainedFeature feature, PartialDependenceOptions options)
    {
        options.Validate();
        var network = all.Explained;
        var output = options.Output ?? network.Natural;
        network.Check(output, nameof(options.Output));
        int number = network.OutputOf(options.ClassName, network.MostPredicted(all.Values));
        double[] values = Values(all, feature, options.MaximumPoints);
        var rows = all.Thinned(options.MaximumRows);
        float[][] curves = [.. Enumerable.Range(0, rows.Count).Select(_ => new float[values.Length])];
        float[] changed = rows.Values.ToArray(), predictions = new float[rows.Count * network.OutputNames.Count];
        int width = network.Network.Layout.InputWidth;
        for (int i = 0; i < values.Length; i++)
        {
            for (int row = 0; row < rows.Count; row++)
                feature.Set(changed.AsSpan(row * width, width), values[i]);
            network.Evaluate(output, changed, predictions);
            for (int row = 0; row < rows.Count; row++)
                curves[row][i] = predictions[(row * network.OutputNames.Count) + number];
        }

        return new PartialDependence(feature)
        {
            Measure = network.Describe(output, number),
            Points = [.. values.Select((value, i) => Point(feature, value, [.. curves.Select(curve => curve[i]).Order()]))],
            Curves = curves,
            Rows = rows.Numbers,
        };
    }

    private static PartialDependencePoint Point(ExplainedFeature feature, double value, float[] sorted)
    {
        float At(double share) => sorted[(int)Math.Round(share * (sorted.Length - 1))];
        return new PartialDependencePoint(value, feature.TextOf(value), sorted.Average(prediction => (double)prediction), At(0.1), At(0.9));
    }

    /// <summary>All values that occur, or the most frequent categories, or quantiles of the numbers.</summary>
    private static double[] Values(ExplainedRows rows, ExplainedFeature feature, int maximum)
    {
        double[] present = [.. Enumerable.Range(0, rows.Count).Select(row => rows.Value(row, feature)).Where(double.IsFinite).Order()];
        if (present.Length == 0)
            return feature.Categories is null ? [0] : [.. Enumerable.Range(0, Math.Min(maximum, feature.Categories.Count)).Select(category => (double)category)];
        double[] distinct = [.. present.Distinct()];
        if (distinct.Length <= maximum)
            return distinct;
        if (feature.Categories is not null)
            return [.. present.GroupBy(value => value).OrderByDescending(group => group.Count()).Take(maximum).Select(group => group.Key).Order()];

        // Without the outermost hundredths: outliers would take most of an axis.
        double first = 0.01 * (present.Length - 1), step = 0.98 * (present.Length - 1) / (maximum - 1);
        return [.. Enumerable.Range(0, maximum).Select(i => present[(int)Math.Round(first + (i * step))]).Distinct()];
    }
}
