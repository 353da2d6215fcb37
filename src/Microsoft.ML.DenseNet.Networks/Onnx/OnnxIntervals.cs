namespace Microsoft.ML.DenseNet;

/// <summary>Makes intervals of a prediction, as operations: what <see cref="IntervalRule.Apply"/> is to managed code.</summary>
internal static class OnnxIntervals
{
    // For names of nodes: these operations come after the network.
    private const string Scope = "Interval";

    /// <summary>Returns the lower and the upper bounds, both of shape [rows, coverages]; null if the network has no intervals.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="network">The network.</param>
    /// <param name="features">What it reads, of shape [rows, features].</param>
    /// <param name="outputs">Its outputs, of shape [rows, 1].</param>
    public static (string Lower, string Upper)? Of(OnnxGraph graph, TrainedNetwork network, string features, string outputs)
    {
        if (network.Signature.Intervals is not { } rule)
            return null;
        string factors = graph.AddTensor("interval.factors", rule.Factors.ToArray(), 1, rule.Factors.Count);
        string half = factors; // [1, coverages]: the same in every row
        if (rule.Scale is { } scale)
            half = graph.AddNode(Scope, "Mul", [new OnnxCompiler(graph, scale.Parameters, scale.Buffers).Read(scale.Layout.Root, features), factors]);
        string lower = graph.AddNode(Scope, "Sub", [outputs, half]);
        if (float.IsFinite(network.IntervalMinimum))
            lower = graph.AddNode(Scope, "Max", [lower, graph.AddTensor("interval.minimum", new[] { network.IntervalMinimum })]);
        return (lower, graph.AddNode(Scope, "Add", [outputs, half]));
    }
}
