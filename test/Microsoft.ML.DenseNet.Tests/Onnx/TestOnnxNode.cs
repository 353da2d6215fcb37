using Microsoft.ML.Model.OnnxConverter;

namespace Microsoft.ML.DenseNet.Tests;

/// <summary>A node in a <see cref="TestOnnxContext"/>, with the kinds of attributes that scorers and our models set.</summary>
internal sealed class TestOnnxNode(ProtobufMessage message) : OnnxNode
{
    public override void AddAttribute(string argName, double value) => Add(argName, 1, attribute => attribute.Add(2, (float)value));

    public override void AddAttribute(string argName, long value) => Add(argName, 2, attribute => attribute.Add(3, value));

    public override void AddAttribute(string argName, bool value) => AddAttribute(argName, value ? 1L : 0L);

    // The element type of a Cast: those that scorers cast to.
    public override void AddAttribute(string argName, Type t) => AddAttribute(argName, t == typeof(bool) ? 9L : t == typeof(uint) ? 12L : t == typeof(float) ? 1L : throw new NotSupportedException($"{t}"));

    public override void AddAttribute(string argName, IEnumerable<long> value) => Add(argName, 7, attribute =>
    {
        foreach (long item in value)
            attribute.Add(8, item);
    });

    public override void AddAttribute(string argName, ReadOnlyMemory<char> value) => throw new NotSupportedException();

    public override void AddAttribute(string argName, string value) => throw new NotSupportedException();

    public override void AddAttribute(string argName, IEnumerable<double> value) => throw new NotSupportedException();

    public override void AddAttribute(string argName, IEnumerable<float> value) => throw new NotSupportedException();

    public override void AddAttribute(string argName, IEnumerable<ReadOnlyMemory<char>> value) => throw new NotSupportedException();

    public override void AddAttribute(string argName, string[] value) => throw new NotSupportedException();

    public override void AddAttribute(string argName, IEnumerable<string> value) => throw new NotSupportedException();

    public override void AddAttribute(string argName, IEnumerable<bool> value) => throw new NotSupportedException();

    private void Add(string name, int type, Action<ProtobufMessage> addValue)
    {
        var attribute = new ProtobufMessage().Add(1, name);
        addValue(attribute);
        message.Add(5, attribute.Add(20, type));
    }
}
