namespace Microsoft.ML.DenseNet;

/// <summary>Makes intervals of a prediction, as operations: what <see cref="IntervalRule.Apply"/> is to managed code.</summary>
internal static class OnnxIntervals
{
    // For names of nodes: these operations come after the network.
    private const string Scope = "Interval";

    private static readonly float[] Half = [0.5f];

    /// <summary>Returns the lower and the upper bounds, both of shape [rows, coverages]; null if the network has no intervals.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="network">The network.</param>
    /// <param name="features">What it reads, of shape [rows, features].</param>
    /// <param name="outputs">Its outputs, of shape [rows, 1] or, for quantiles, [rows, quantiles].</param>
    public static (string Lower, string Upper)? Of(OnnxGraph graph, TrainedNetwork network, string features, string outputs)
    {
        if (network.Signature.Intervals is not { } rule)
            return null;
        string factors = graph.AddTensor("interval.factors", rule.Factors.ToArray(), 1, rule.Factors.Count);
        if (rule.Quantiles is { } quantiles)
            return OfQuantiles(graph, quantiles, outputs, factors);
        string prediction = OnnxOutputs.Score(graph, outputs, network.Signature);
        string half = factors; // [1, coverages]: the same in every row
        if (rule.Scale is { } scale)
            half = graph.AddNode(Scope, "Mul", [new OnnxCompiler(graph, scale.Parameters, scale.Buffers).Read(scale.Layout.Root, features), factors]);
        string lower = graph.AddNode(Scope, "Sub", [prediction, half]);
        if (float.IsFinite(network.IntervalMinimum))
            lower = graph.AddNode(Scope, "Max", [lower, graph.AddTensor("interval.minimum", new[] { network.IntervalMinimum })]);
        return (lower, graph.AddNode(Scope, "Add", [prediction, half]));
    }

    private static (string Lower, string Upper) OfQuantiles(OnnxGraph graph, IReadOnlyList<(int Lower, int Upper)> quantiles, string outputs, string factors)
    {
        string low = Columns(quantiles.Select(pair => pair.Lower)), high = Columns(quantiles.Select(pair => pair.Upper));
        string middle = graph.AddNode(Scope, "Mul", [graph.AddNode(Scope, "Add", [low, high]), graph.AddTensor("interval.half", Half)]);
        return (graph.AddNode(Scope, "Min", [graph.AddNode(Scope, "Sub", [low, factors]), middle]), graph.AddNode(Scope, "Max", [graph.AddNode(Scope, "Add", [high, factors]), middle]));

        string Columns(IEnumerable<int> numbers) =>
            graph.AddNode(Scope, "Gather", [outputs, graph.AddVector("interval.columns", [.. numbers.Select(number => (long)number)])], new OnnxAttribute("axis", 1));
    }
}
