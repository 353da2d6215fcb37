using System.Text;
using Google.Protobuf;

namespace Microsoft.ML.DenseNet.Tests;

/// <summary>The fields of an encoded message: numbers (whole ones, the bits of floats, and doubles) and byte strings, by field number.</summary>
internal sealed class ProtobufFields
{
    private readonly List<(int Number, object Value)> _fields = [];

    public ProtobufFields(byte[] message)
    {
        var input = new CodedInputStream(message);
        for (uint tag = input.ReadTag(); tag != 0; tag = input.ReadTag())
        {
            object value = WireFormat.GetTagWireType(tag) switch
            {
                WireFormat.WireType.Varint => input.ReadInt64(),
                WireFormat.WireType.Fixed32 => (long)input.ReadFixed32(),
                WireFormat.WireType.Fixed64 => input.ReadDouble(),
                WireFormat.WireType.LengthDelimited => input.ReadBytes().ToByteArray(),
                var other => throw new FormatException($"Field {WireFormat.GetTagFieldNumber(tag)} has wire type {other}, which neither ONNX nor TensorBoard uses."),
            };
            _fields.Add((WireFormat.GetTagFieldNumber(tag), value));
        }
    }

    public IEnumerable<int> Numbers => _fields.Select(entry => entry.Number).Distinct();

    public long[] AllInt64(int number) => [.. All(number).Cast<long>()];

    public double[] Doubles(int number) => [.. All(number).Cast<double>()];

    public byte[][] AllBytes(int number) => [.. All(number).Cast<byte[]>()];

    public string[] AllStrings(int number) => [.. AllBytes(number).Select(Encoding.UTF8.GetString)];

    public ProtobufFields[] AllMessages(int number) => [.. AllBytes(number).Select(bytes => new ProtobufFields(bytes))];

    public long Int64(int number) => AllInt64(number).Single();

    public string String(int number) => AllStrings(number).Single();

    public ProtobufFields Message(int number) => AllMessages(number).Single();

    private IEnumerable<object> All(int number) => _fields.Where(entry => entry.Number == number).Select(entry => entry.Value);
}
