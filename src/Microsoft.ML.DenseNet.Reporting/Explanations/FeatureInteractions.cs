namespace Microsoft.ML.DenseNet.Reporting;

/// <summary>How far features act together, pair by pair: Friedman and Popescu's H-statistic (2008), from partial dependence.</summary>
/// <remarks>It is computed from predictions and so exists for every network, torch modules included, and has one meaning for numbers and categories. Second derivatives exist for neither.</remarks>
public sealed class FeatureInteractions
{
    private FeatureInteractions(IReadOnlyList<FeatureInteraction> pairs, int rows, string measure)
    {
        (Pairs, RowCount, Measure) = (pairs, rows, measure);
    }

    /// <summary>The pairs, the strongest first.</summary>
    public IReadOnlyList<FeatureInteraction> Pairs { get; }

    /// <summary>The number of rows.</summary>
    public int RowCount { get; }

    /// <summary>What the features act on, in words.</summary>
    public string Measure { get; }

    internal static FeatureInteractions Of(ExplainedRows all, InteractionOptions options)
    {
        options.Validate();
        all.Explained.Check(options.Output, nameof(options.Output));
        var rows = all.Thinned(options.MaximumRows);
        var effects = new JointEffects(rows, options.Output);
        ExplainedFeature[] features = options.Features is null ? [.. effects.Strongest(options.MaximumFeatures)] : [.. options.Features.Distinct().Select(all.Find)];
        double[][] single = [.. features.Select(feature => effects.Of([feature]))];
        var pairs = new List<FeatureInteraction>();
        for (int i = 0; i < features.Length; i++)
        {
            for (int j = 0; j < i; j++)
            {
                double[] joint = effects.Of([features[j], features[i]]);
                double together = 0, square = 0;
                for (int k = 0; k < joint.Length; k++)
                {
                    double beyond = joint[k] - single[i][k] - single[j][k];
                    together += beyond * beyond;
                    square += joint[k] * joint[k];
                }

                pairs.Add(new FeatureInteraction(features[j].Name, features[i].Name, Math.Sqrt(together / joint.Length), square > 0 ? Math.Sqrt(together / square) : 0));
            }
        }

        return new FeatureInteractions([.. pairs.OrderByDescending(pair => pair.Strength)], rows.Count, all.Explained.Describe(options.Output, 0, all: true));
    }
}
