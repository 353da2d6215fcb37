using Google.Protobuf;
using Tag = Google.Protobuf.WireFormat.WireType;

namespace Microsoft.ML.DenseNet;

/// <summary>A protobuf message, built field by field: as much of protobuf as ONNX files and TensorBoard's events need.</summary>
/// <remarks>A nested message is added when it is complete, so that sizes are known as fields are added.</remarks>
internal sealed class ProtobufMessage
{
    private readonly List<Action<CodedOutputStream>> _fields = [];

    /// <summary>The length of the encoded message in bytes; readers accept less than 2 GB.</summary>
    public long Size { get; private set; }

    public ProtobufMessage Add(int number, long value) =>
        Add(number, Tag.Varint, CodedOutputStream.ComputeInt64Size(value), output => output.WriteInt64(value));

    public ProtobufMessage Add(int number, float value) =>
        Add(number, Tag.Fixed32, sizeof(float), output => output.WriteFloat(value));

    public ProtobufMessage Add(int number, double value) =>
        Add(number, Tag.Fixed64, sizeof(double), output => output.WriteDouble(value));

    public ProtobufMessage Add(int number, string value) =>
        Add(number, Tag.LengthDelimited, CodedOutputStream.ComputeStringSize(value), output => output.WriteString(value));

    public ProtobufMessage Add(int number, ProtobufMessage value)
    {
        long size = value.Size;
        return Add(number, Tag.LengthDelimited, LengthSize(size) + size, output =>
        {
            output.WriteLength((int)size);
            value.Write(output);
        });
    }

    /// <summary>Adds bytes that are fetched when they are written, so that a large message is never entirely in memory.</summary>
    public ProtobufMessage Add(int number, long length, Func<ByteString> bytes) =>
        Add(number, Tag.LengthDelimited, LengthSize(length) + length, output => output.WriteBytes(bytes()));

    /// <summary>Writes the message; the stream stays open.</summary>
    /// <exception cref="InvalidOperationException">The message is too long for protobuf.</exception>
    public void WriteTo(Stream stream)
    {
        if (Size > int.MaxValue)
            throw new InvalidOperationException($"An ONNX file holds less than 2 GB; this one would take {Size:N0} bytes. Use a smaller network.");

        using var output = new CodedOutputStream(stream, leaveOpen: true);
        Write(output);
    }

    // A length above 2 GB is rejected before anything is written.
    private static int LengthSize(long length) => CodedOutputStream.ComputeUInt64Size((ulong)length);

    private ProtobufMessage Add(int number, Tag type, long size, Action<CodedOutputStream> write)
    {
        Size += CodedOutputStream.ComputeTagSize(number) + size;
        _fields.Add(output =>
        {
            output.WriteTag(number, type);
            write(output);
        });
        return this;
    }

    private void Write(CodedOutputStream output)
    {
        foreach (var field in _fields)
            field(output);
    }
}
