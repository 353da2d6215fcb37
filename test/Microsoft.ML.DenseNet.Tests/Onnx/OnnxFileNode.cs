namespace Microsoft.ML.DenseNet.Tests;

/// <summary>A node as it stands in an ONNX file.</summary>
internal sealed record OnnxFileNode(string Name, string Operation, string Domain, string[] Inputs, string[] Outputs, string[] Attributes);
