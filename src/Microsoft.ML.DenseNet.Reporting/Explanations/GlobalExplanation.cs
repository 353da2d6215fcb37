namespace Microsoft.ML.DenseNet.Reporting;

/// <summary>What each feature contributes to the predictions of many rows.</summary>
public sealed class GlobalExplanation
{
    /// <summary>The most contributions that are kept: 64 MiB. With more features or classes, fewer rows are explained.</summary>
    private const long MaximumContributions = 1 << 24;

    private const int DefaultBackgroundRows = 32;

    private readonly float[] _contributions;
    private readonly float[] _scores;
    private readonly double[] _baseValues;

    private GlobalExplanation(ExplainedRows rows, NetworkExplainer explainer, ExplainedOutput output, bool isStored, float[] contributions, float[] scores)
    {
        (Rows, Output, HasStoredBackground, _contributions, _scores) = (rows, output, isStored, contributions, scores);
        _baseValues = [.. explainer.BaseValues];
        BackgroundCount = explainer.Background.Count;
        DefaultOutput = rows.Explained.MostPredicted(rows.Values);
        MeanContributions = [.. Enumerable.Range(0, Features.Count).Select(Mean).OrderByDescending(mean => mean.Total)];
    }

    /// <summary>The rows that are explained.</summary>
    public ExplainedRows Rows { get; }

    /// <summary>The features.</summary>
    public IReadOnlyList<ExplainedFeature> Features => Rows.Features;

    /// <summary>What is explained: the positive class of two, each of several classes, each quantile, or "prediction".</summary>
    public IReadOnlyList<string> OutputNames => Rows.Explained.OutputNames;

    /// <summary>Whether scores or probabilities are explained.</summary>
    public ExplainedOutput Output { get; }

    /// <summary>The mean of each explained value over the background rows.</summary>
    public IReadOnlyList<double> BaseValues => _baseValues.AsReadOnly();

    /// <summary>The number of background rows.</summary>
    public int BackgroundCount { get; }

    /// <summary>Whether the background rows are those that the model stores, or that the caller gave; otherwise they are some of <see cref="Rows"/>.</summary>
    public bool HasStoredBackground { get; }

    /// <summary>The mean absolute contribution of each feature, the largest first.</summary>
    public IReadOnlyList<MeanContribution> MeanContributions { get; }

    /// <summary>The output that is meant unless another is named: of several classes the one that is predicted most often, of quantiles the one nearest to the median.</summary>
    internal int DefaultOutput { get; }

    /// <summary>Returns the points of a bee-swarm: the contribution of a feature in each row, with its value.</summary>
    /// <param name="feature">The feature's name.</param>
    /// <param name="output">One of <see cref="OutputNames"/>; null for the only one, the class that is predicted most often, or the quantile nearest to the median.</param>
    /// <exception cref="ArgumentException">There is no such feature or output.</exception>
    public IReadOnlyList<ContributionPoint> Points(string feature, string? output = null) =>
        Points(Rows.PlaceOf(feature), Rows.Explained.OutputOf(output, DefaultOutput));

    /// <summary>Returns how the contribution of a feature depends on its value, and on a second feature.</summary>
    /// <param name="feature">The feature's name.</param>
    /// <param name="color">The second feature's name; null for the one with the largest <see cref="FeatureDependence.ColorShare"/>.</param>
    /// <param name="output">One of <see cref="OutputNames"/>; null for the only one, the class that is predicted most often, or the quantile nearest to the median.</param>
    /// <exception cref="ArgumentException">There is no such feature or output.</exception>
    public FeatureDependence Dependence(string feature, string? color = null, string? output = null)
    {
        int place = Rows.PlaceOf(feature), number = Rows.Explained.OutputOf(output, DefaultOutput);
        var points = Points(place, number);
        var strengths = new DependenceStrengths(points, Features[place].Categories is not null);
        var (second, share) = color is null ? strengths.Strongest(Rows, place) : (Rows.PlaceOf(color), strengths.ShareOf(Rows, Rows.PlaceOf(color)));
        return new FeatureDependence(Features[place])
        {
            Measure = Rows.Explained.Describe(Output, number),
            Points = points,
            Color = second < 0 ? null : Features[second],
            ColorShare = share,
            ColorValues = second < 0 ? [] : [.. Enumerable.Range(0, Rows.Count).Select(row => Rows.Value(row, Features[second]))],
        };
    }

    /// <summary>Returns the contributions to the prediction of one row.</summary>
    /// <param name="row">The row's place in <see cref="Rows"/>, from 0.</param>
    /// <param name="output">One of <see cref="OutputNames"/>; null for the only one, the class with the highest score, or the quantile nearest to the median.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such row.</exception>
    /// <exception cref="ArgumentException">There is no such output.</exception>
    public PredictionContributions Prediction(int row, string? output = null)
    {
        Guard.InRange(row, 0, Rows.Count - 1, nameof(row));
        int outputs = OutputNames.Count;
        int predicted = Math.Max(0, Rows.Network.PredictedOutput(_scores.AsSpan(row * outputs, outputs)));
        int number = Rows.Explained.OutputOf(output, predicted);
        var features = Features.Select((feature, place) => new FeatureContribution(feature.Name, feature.TextOf(Rows.Value(row, feature)), Contribution(row, place, number)));
        return new PredictionContributions(Rows.Numbers[row], OutputNames[number], Rows.Explained.Describe(Output, number), Output, Rows.Network.Task, _baseValues[number], Score(row, number), features);
    }

    /// <summary>The explained value of a row.</summary>
    internal double Score(int row, int output) => _scores[(row * OutputNames.Count) + output];

    /// <summary>What a feature contributes to an output in a row.</summary>
    internal double Contribution(int row, int feature, int output) => _contributions[(((row * OutputNames.Count) + output) * Features.Count) + feature];

    internal static GlobalExplanation Of(ExplainedRows rows, ExplanationOptions options)
    {
        if (options.Columns is not null)
            throw new ArgumentException($"{nameof(options.Columns)} is set, but contributions of many rows belong to {nameof(ExplainedRows)}.{nameof(ExplainedRows.Features)}.", nameof(options));
        bool isStored = (options.Background ?? rows.Network.Background) is not null;
        long perRow = (long)rows.Explained.OutputNames.Count * rows.Features.Count;
        rows = rows.Thinned((int)Math.Clamp(MaximumContributions / perRow, 1, rows.Count));
        using var explainer = rows.Network.CreateExplainer(new ExplanationOptions
        {
            Output = options.Output,
            View = ContributionView.Columns,
            Columns = [.. rows.Features.Select(feature => new FeatureColumn(feature.Name, feature.Slots))],
            Background = options.Background ?? rows.Network.Background ?? BackgroundOf(rows),
            Tolerance = options.Tolerance,
            MaximumSteps = options.MaximumSteps,
        });
        float[] contributions = new float[rows.Count * perRow], scores = new float[rows.Count * explainer.OutputCount];
        explainer.ExplainBlock(rows.Values, rows.Count, contributions, scores);
        return new GlobalExplanation(rows, explainer, options.Output, isStored, contributions, scores);
    }

    private static BackgroundRows BackgroundOf(ExplainedRows rows)
    {
        var selector = new BackgroundSelector(rows.Network, DefaultBackgroundRows, seed: 0);
        for (int row = 0; row < rows.Count; row++)
            selector.Offer(new RawRow(rows.Row(row)), 1);
        return selector.Choose()!; // every row has a finite prediction
    }

    private MeanContribution Mean(int feature)
    {
        double[] means = new double[OutputNames.Count];
        for (int output = 0; output < means.Length; output++)
        {
            for (int row = 0; row < Rows.Count; row++)
                means[output] += Math.Abs(Contribution(row, feature, output)) / Rows.Count;
        }

        return new MeanContribution(Features[feature].Name, means.Sum(), means);
    }

    private ContributionPoint[] Points(int feature, int output) => [.. Enumerable.Range(0, Rows.Count).Select(row =>
    {
        double value = Rows.Value(row, Features[feature]);
        return new ContributionPoint(Rows.Numbers[row], value, Features[feature].TextOf(value), Contribution(row, feature, output));
    })];
}
