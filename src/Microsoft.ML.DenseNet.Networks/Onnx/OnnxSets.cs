namespace Microsoft.ML.DenseNet;

/// <summary>Makes sets of classes of probabilities, as operations: what <see cref="SetRule.Apply"/> is to managed code.</summary>
internal static class OnnxSets
{
    // For names of nodes: these operations come after the network.
    private const string Scope = "Set";

    private static readonly float[] One = [1];

    /// <summary>Returns the set of two classes, [rows, 2], from the probability of the positive one, [rows, 1].</summary>
    public static string OfTwo(OnnxGraph graph, SetRule rule, string positive)
    {
        string negative = graph.AddNode(Scope, "Sub", [graph.AddTensor("set.one", One), positive]);
        return OfMany(graph, rule, graph.AddNode(Scope, "Concat", [negative, positive], new OnnxAttribute("axis", 1)), 2);
    }

    /// <summary>Returns the set of several classes, [rows, classes], from their probabilities in the same shape.</summary>
    public static string OfMany(OnnxGraph graph, SetRule rule, string probabilities, int classes)
    {
        var (values, places) = graph.AddTopK(Scope, probabilities, classes);
        string before = graph.AddNode(Scope, "CumSum", [values, graph.AddScalar("set.axis", 1)], new OnnxAttribute("exclusive", 1));
        string excluded = graph.AddNode(Scope, "Greater", [before, graph.AddTensor("set.limit", new[] { rule.Border })]);
        string included = graph.AddNode(Scope, "Cast", [graph.AddNode(Scope, "Not", [excluded])], new OnnxAttribute("to", (long)OnnxElementType.Float));
        string scattered = graph.AddNode(Scope, "ScatterElements", [values, places, included], new OnnxAttribute("axis", 1));
        return graph.AddNode(Scope, "Cast", [scattered], new OnnxAttribute("to", (long)OnnxElementType.Bool));
    }
}
