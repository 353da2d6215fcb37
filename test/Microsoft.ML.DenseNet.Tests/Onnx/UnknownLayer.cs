namespace Microsoft.ML.DenseNet.Tests;

/// <summary>Stands for a layer that has no ONNX form, in managed code a Linear.</summary>
internal sealed record UnknownLayer : Layer
{
    public override string Kind => "Unknown";

    internal override LayerNode Bind(int inputWidth, string path, ParameterAllocator allocator) => new(this, path, inputWidth, inputWidth, []);

    internal override string Describe(int inputWidth) => "";

    public override string ToString() => Kind;
}
