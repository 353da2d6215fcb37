namespace Microsoft.ML.DenseNet;

/// <summary>The one-hot blocks of key columns as ONNX operations: what <see cref="InputReader"/> is to ML.NET's rows.</summary>
internal static class OnnxCategories
{
    // For names of nodes: these operations come before the network.
    private const string Scope = "Categories";

    /// <summary>Returns the network inputs: the features, followed by a block for each key.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="features">The feature column, of shape [rows, features].</param>
    /// <param name="categories">The key columns.</param>
    /// <param name="variable">Returns the value of a column, of shape [rows, keys a row].</param>
    public static string Join(OnnxGraph graph, string features, IReadOnlyList<CategoryColumn> categories, Func<string, string> variable) => categories.Count == 0
        ? features
        : graph.AddNode(Scope, "Concat", [features, .. categories.Select(category => Blocks(graph, variable(category.Name), category))], new OnnxAttribute("axis", 1));

    /// <summary>Compares each key with all keys; 0, a missing one, equals none of them.</summary>
    private static string Blocks(OnnxGraph graph, string keys, CategoryColumn category)
    {
        string numbers = Cast(graph, keys, OnnxElementType.Int64);
        string column = Reshape(graph, numbers, -1, category.SlotCount, 1);
        string all = graph.AddVector($"{Scope}.keys", [.. Enumerable.Range(1, category.KeyCount).Select(key => (long)key)]);
        string ones = Cast(graph, graph.AddNode(Scope, "Equal", [column, all]), OnnxElementType.Float);
        return Reshape(graph, ones, -1, category.Width);
    }

    private static string Cast(OnnxGraph graph, string value, OnnxElementType type) =>
        graph.AddNode(Scope, "Cast", [value], new OnnxAttribute("to", (long)type));

    private static string Reshape(OnnxGraph graph, string value, params long[] shape) =>
        graph.AddNode(Scope, "Reshape", [value, graph.AddVector($"{Scope}.shape", shape)]);
}
