namespace Microsoft.ML.DenseNet;

/// <summary>Turns a network's outputs into the columns of ML.NET's scorers, as operations: what <see cref="OutputFunctions"/> is to managed code.</summary>
internal static class OnnxOutputs
{
    // For names of nodes: these operations come after the network.
    private const string Scope = "Output";

    public static string Softmax(OnnxGraph graph, string logits) => graph.AddNode(Scope, "Softmax", [logits], new OnnxAttribute("axis", 1));

    public static string Sigmoid(OnnxGraph graph, string logit) => graph.AddNode(Scope, "Sigmoid", [logit]);

    /// <summary>The score of a network's outputs: of quantiles the middle one, otherwise all of them.</summary>
    public static string Score(OnnxGraph graph, string outputs, NetworkSignature signature) => signature.Quantiles.Count == 0
        ? outputs
        : graph.AddNode(Scope, "Gather", [outputs, graph.AddVector("score.column", [signature.ScoreOutput])], new OnnxAttribute("axis", 1));

    /// <summary>Whether a score is above a threshold.</summary>
    public static string IsAbove(OnnxGraph graph, string score, float threshold) =>
        graph.AddNode(Scope, "Greater", [score, graph.AddTensor("threshold", new[] { threshold })]);

    /// <summary>The key of the highest score, counted from 1 as ML.NET counts keys.</summary>
    public static string Key(OnnxGraph graph, string scores)
    {
        string index = graph.AddNode(Scope, "ArgMax", [scores], new OnnxAttribute("axis", 1), new OnnxAttribute("keepdims", 1));
        string key = graph.AddNode(Scope, "Add", [index, graph.AddScalar("firstKey", 1)]);
        return graph.AddNode(Scope, "Cast", [key], new OnnxAttribute("to", (int)OnnxElementType.UInt32));
    }
}
