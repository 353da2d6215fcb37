namespace Microsoft.ML.DenseNet;

/// <summary>One operation of a graph.</summary>
/// <param name="Operation">The operator, of ONNX's default domain.</param>
/// <param name="Inputs">The names of the values it reads.</param>
/// <param name="Output">The name of the value it makes.</param>
/// <param name="Attributes">Its settings.</param>
/// <param name="Name">The name under which tools show it.</param>
internal sealed record OnnxGraphNode(string Name, string Operation, IReadOnlyList<string> Inputs, string Output, IReadOnlyList<OnnxAttribute> Attributes)
{
    /// <summary>The name of a second value that it makes; null for none.</summary>
    public string? SecondOutput { get; init; }
}
