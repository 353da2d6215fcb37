namespace Microsoft.ML.DenseNet;

/// <summary>A constant attribute of an ONNX node.</summary>
internal sealed class OnnxAttribute
{
    public OnnxAttribute(string name, float value)
    {
        Name = name;
        Value = value;
    }

    public OnnxAttribute(string name, long value)
    {
        Name = name;
        Value = value;
    }

    public OnnxAttribute(string name, long[] value)
    {
        Name = name;
        Value = value;
    }

    public string Name { get; }

    /// <summary>A <see cref="float"/>, a <see cref="long"/> or an array of <see cref="long"/>.</summary>
    public object Value { get; }
}
