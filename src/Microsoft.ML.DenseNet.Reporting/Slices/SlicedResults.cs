namespace Microsoft.ML.DenseNet.Reporting;

/// <summary>How a model performs on parts of the rows it is evaluated on, so that a weak group is seen.</summary>
public sealed class SlicedResults
{
    private SlicedResults(IReadOnlyList<MetricEstimate> metrics, MetricEstimate overall, IReadOnlyList<SliceMetrics> slices, IReadOnlyList<LeftOutSlice> leftOut, int rowCount, SliceOptions options)
    {
        Metrics = metrics;
        Overall = overall;
        Slices = slices;
        LeftOut = leftOut;
        RowCount = rowCount;
        Options = options;
    }

    /// <summary>The metrics of all rows.</summary>
    public IReadOnlyList<MetricEstimate> Metrics { get; }

    /// <summary>The metric that slices are ordered by, of all rows.</summary>
    public MetricEstimate Overall { get; }

    /// <summary>The slices, the worst first; those on which the metric cannot be measured last.</summary>
    public IReadOnlyList<SliceMetrics> Slices { get; }

    /// <summary>What has too few rows for a slice.</summary>
    public IReadOnlyList<LeftOutSlice> LeftOut { get; }

    /// <summary>The number of rows with a label.</summary>
    public int RowCount { get; }

    /// <summary>The options.</summary>
    public SliceOptions Options { get; }

    /// <summary>About how many slices' intervals would exclude the value of all rows by chance if slices did not really differ: 1 in 20 at a confidence of 95 %.</summary>
    public double ExpectedByChance => (1 - Options.Confidence) * Slices.Count(slice => double.IsFinite(slice.Metric.Low));

    /// <summary>Evaluates scored data slice by slice.</summary>
    /// <param name="scored">What the model's <c>Transform</c> returned for the test data.</param>
    /// <param name="columns">The columns to slice by: text, Boolean, keys or numbers.</param>
    /// <param name="labelColumnName">The label column: Boolean or a key for classes, Single for numbers.</param>
    /// <param name="options">How to divide and what to measure; null for the defaults.</param>
    /// <exception cref="ArgumentException">A column is missing or of another type, or there is no metric of that name.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public static SlicedResults Read(IDataView scored, IReadOnlyList<string> columns, string labelColumnName = "Label", SliceOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(scored);
        ArgumentNullException.ThrowIfNull(columns);
        options ??= new SliceOptions();
        options.Validate();
        var rows = new List<long>();
        if (ResultsReader.Column(scored, labelColumnName, "label").Type == Data.NumberDataViewType.Single)
        {
            var results = ResultsReader.ReadValues(scored, labelColumnName, rows);
            return Of(scored, columns, rows, options, RegressionMetrics.DefaultForSlices, chosen => (chosen is null ? results : results.Of(chosen)).Evaluate(options.Confidence, options.Seed));
        }

        var classes = ResultsReader.ReadClasses(scored, labelColumnName, options.ClassNames, rows);
        return Of(scored, columns, rows, options, ClassificationMetrics.DefaultForSlices, chosen => (chosen is null ? classes : classes.Of(chosen)).Evaluate(options.Confidence, options.Seed));
    }

    /// <param name="scored">The data.</param>
    /// <param name="columns">The columns to slice by.</param>
    /// <param name="rows">The numbers of the rows that have a label.</param>
    /// <param name="options">The options.</param>
    /// <param name="defaultMetric">The metric unless the options name one.</param>
    /// <param name="evaluate">Evaluates some of the rows, by their place among those with a label; all of them for null.</param>
    private static SlicedResults Of(IDataView scored, IReadOnlyList<string> columns, List<long> rows, SliceOptions options, string defaultMetric, Func<IReadOnlyList<int>?, IReadOnlyList<MetricEstimate>> evaluate)
    {
        var metrics = evaluate(null);
        string name = options.MetricName ?? defaultMetric;
        var overall = metrics.FirstOrDefault(metric => metric.Name == name)
            ?? throw new ArgumentException($"There is no metric '{name}' to order slices by; there are {string.Join(", ", metrics.Select(metric => $"'{metric.Name}'"))}.", nameof(options));
        var slices = new List<SliceMetrics>();
        var leftOut = new List<LeftOutSlice>();
        foreach (string column in columns)
        {
            var (parts, rest) = SliceParts.Of(SliceColumn.Read(scored, column, rows, options.NumberOfBins), options);
            if (rest is not null)
                leftOut.Add(new LeftOutSlice(column, rest.Values, rest.Rows.Count));
            foreach (var part in parts)
            {
                var measured = evaluate(part.Rows);
                slices.Add(new SliceMetrics(column, part.Name, part.Rows.Count, measured.First(metric => metric.Name == name), measured, overall));
            }
        }

        return new SlicedResults(metrics, overall, [.. slices.OrderByDescending(Badness)], leftOut, rows.Count, options);
    }

    private static double Badness(SliceMetrics slice) => double.IsNaN(slice.Metric.Value) ? double.NegativeInfinity : slice.Metric.HigherIsBetter switch
    {
        true => -slice.Metric.Value,
        false => slice.Metric.Value,
        null => Math.Abs(slice.Metric.Value),
    };
}
