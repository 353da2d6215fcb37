namespace Microsoft.ML.DenseNet.Reporting;

/// <summary>Some rows of the data, with named features, by which a whole model is explained: its contributions, partial dependence and interactions.</summary>
/// <remarks>
/// <code>
/// var rows = ExplainedRows.Read(model.LastTransformer.Model.Network, model.Transform(data));
/// rows.Explain().PlotMeanContributions().Save("contributions.svg");
/// rows.PartialDependence("Income").PlotPartialDependence().Save("income.svg");
/// </code>
/// </remarks>
public sealed class ExplainedRows
{
    private readonly float[] _values;
    private readonly Dictionary<string, int> _places;

    private ExplainedRows(ExplainedNetwork network, IReadOnlyList<ExplainedFeature> features, float[] values, long[] numbers, long dataRows, long leftOut)
    {
        (Explained, Features, _values, Numbers, DataRowCount, LeftOutCount) = (network, features, values, numbers, dataRows, leftOut);
        _places = features.Select((feature, place) => (feature.Name, place)).ToDictionary();
    }

    /// <summary>The network.</summary>
    public TrainedNetwork Network => Explained.Network;

    /// <summary>The features that the network reads, in the order of their slots.</summary>
    public IReadOnlyList<ExplainedFeature> Features { get; }

    /// <summary>The number of rows.</summary>
    public int Count => Numbers.Count;

    /// <summary>The number of each row in the data, from 0, ascending.</summary>
    public IReadOnlyList<long> Numbers { get; }

    /// <summary>The number of rows in the data.</summary>
    public long DataRowCount { get; }

    /// <summary>How many of the drawn rows were left out, because the network predicts no finite number for them.</summary>
    public long LeftOutCount { get; }

    /// <summary>The network, with its outputs' names.</summary>
    internal ExplainedNetwork Explained { get; }

    /// <summary>All rows, one after the other.</summary>
    internal ReadOnlySpan<float> Values => _values;

    /// <summary>Reads rows.</summary>
    /// <param name="network">The network, of <c>model.LastTransformer.Model.Network</c>.</param>
    /// <param name="data">The rows, with the feature column and any key columns that the network reads: <c>model.Transform(rows)</c>. A label is not needed.</param>
    /// <param name="options">Which rows; null for the defaults.</param>
    /// <exception cref="ArgumentException">The feature column is missing or of another type or width, or there is not a name for each class.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range, or a key column is missing or of another type.</exception>
    /// <exception cref="InvalidOperationException">There are no rows, the network predicts none of them as a finite number, or a row's features are malformed.</exception>
    public static ExplainedRows Read(TrainedNetwork network, IDataView data, ExplainedRowsOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(data);
        options ??= new ExplainedRowsOptions();
        options.Validate();
        var explained = new ExplainedNetwork(network, options.ClassNames, options.Unit);
        var sample = RowSample.Read(network, data, options);
        var kept = Enumerable.Range(0, sample.Count).Where(row => explained.IsFinite(sample.Row(row))).ToList();
        if (kept.Count == 0)
        {
            throw new InvalidOperationException(sample.Count == 0
                ? "The data has no rows to explain the model by."
                : $"The network predicts no finite number for any of the {sample.Count} rows: they have missing values (NaN) or infinite ones, for which it has no replacement.");
        }

        int width = network.Layout.InputWidth;
        float[] values = new float[kept.Count * width];
        for (int i = 0; i < kept.Count; i++)
            sample.Row(kept[i]).CopyTo(values.AsSpan(i * width));
        var features = FeatureList.Of(network, NetworkRows.Blocks(network, data, options.FeatureColumnName), values);
        return new ExplainedRows(explained, features, values, [.. kept.Select(row => sample.Numbers[row])], sample.DataRowCount, sample.Count - kept.Count);
    }

    /// <summary>Computes what each feature contributes to the prediction of each row.</summary>
    /// <param name="options">
    /// How to explain; null for the defaults. Contributions always belong to <see cref="Features"/>. Without <see cref="ExplanationOptions.Background"/> and
    /// without background rows in the model, up to 32 of these rows are the background.
    /// </param>
    /// <exception cref="ArgumentException">An option is out of range, does not suit the network, or says other columns.</exception>
    /// <exception cref="NotSupportedException">The network has a torch module, whose gradient only torch knows. <see cref="PartialDependence"/> and <see cref="Interactions"/> need none.</exception>
    public GlobalExplanation Explain(ExplanationOptions? options = null) => GlobalExplanation.Of(this, options ?? new ExplanationOptions());

    /// <summary>Computes how the prediction depends on a feature, with the others as they are in the rows.</summary>
    /// <param name="feature">The feature's name.</param>
    /// <param name="options">Where and of what; null for the defaults.</param>
    /// <exception cref="ArgumentException">There is no such feature or class, or the network has no probability.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public PartialDependence PartialDependence(string feature, PartialDependenceOptions? options = null) =>
        Reporting.PartialDependence.Of(this, Find(feature), options ?? new PartialDependenceOptions());

    /// <summary>Computes how far features act together, rather than each by itself, pair by pair.</summary>
    /// <param name="options">Which pairs; null for the defaults.</param>
    /// <exception cref="ArgumentException">There is no such feature, or the network has no probability.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public FeatureInteractions Interactions(InteractionOptions? options = null) => FeatureInteractions.Of(this, options ?? new InteractionOptions());

    /// <summary>A row of the network's input.</summary>
    internal ReadOnlySpan<float> Row(int row) => _values.AsSpan(row * Network.Layout.InputWidth, Network.Layout.InputWidth);

    /// <summary>A feature's value in a row; see <see cref="ExplainedFeature.ValueOf"/>.</summary>
    internal double Value(int row, ExplainedFeature feature) => feature.ValueOf(Row(row));

    /// <summary>The place of a feature.</summary>
    /// <exception cref="ArgumentException">There is none of that name.</exception>
    internal int PlaceOf(string feature)
    {
        ArgumentNullException.ThrowIfNull(feature);
        return _places.TryGetValue(feature, out int place) ? place : throw new ArgumentException(
            $"There is no feature '{feature}'. There are {string.Join(", ", Features.Take(20).Select(known => $"'{known.Name}'"))}{(Features.Count > 20 ? $" and {Features.Count - 20} more" : "")}.", nameof(feature));
    }

    /// <inheritdoc cref="PlaceOf"/>
    internal ExplainedFeature Find(string name) => Features[PlaceOf(name)];

    /// <summary>Returns fewer of the rows, evenly spread.</summary>
    internal ExplainedRows Thinned(int count)
    {
        if (count >= Count)
            return this;
        int[] kept = count == 1 ? [0] : [.. Decimation.Spread(Count, count)];
        int width = Network.Layout.InputWidth;
        float[] values = new float[kept.Length * width];
        for (int i = 0; i < kept.Length; i++)
            Row(kept[i]).CopyTo(values.AsSpan(i * width));
        return new ExplainedRows(Explained, Features, values, [.. kept.Select(row => Numbers[row])], DataRowCount, LeftOutCount);
    }
}
