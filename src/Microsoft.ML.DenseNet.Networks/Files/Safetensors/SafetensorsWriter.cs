using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Microsoft.ML.DenseNet;

/// <summary>Writes a network as safetensors: its tensors under PyTorch's names, and the header of a model file in the metadata.</summary>
internal static class SafetensorsWriter
{
    /// <summary>The format that Python's libraries look for; the tensors are PyTorch's.</summary>
    private const string PyTorchFormat = "pt";

    /// <summary>The tensors begin at a multiple of this, so that a reader can memory-map them.</summary>
    private const int Alignment = 8;

    public static void Write(TrainedNetwork network, Stream stream)
    {
        var header = Header(network);
        int padding = -header.Length & (Alignment - 1);
        Span<byte> prefix = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(prefix, (ulong)(header.Length + padding));
        stream.Write(prefix);
        stream.Write(header.Span);
        stream.Write("       "u8[..padding]);
        using var writer = new ValueWriter(stream);
        foreach (var tensor in network.Tensors)
            writer.Write(tensor.Values.Span);
    }

    private static ReadOnlyMemory<byte> Header(TrainedNetwork network)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteStartObject(SafetensorsHeader.MetadataName);
            json.WriteString("format", PyTorchFormat);
            json.WriteString(SafetensorsNetwork.VersionName, NetworkFile.VersionOf(network).ToString(CultureInfo.InvariantCulture));
            json.WriteString(SafetensorsNetwork.HeaderName, Encoding.UTF8.GetString(NetworkHeader.Of(network).ToJson().Span));
            json.WriteEndObject();
            long place = 0;
            foreach (var tensor in network.Tensors)
            {
                json.WriteStartObject(tensor.Name);
                json.WriteString("dtype", "F32");
                WriteNumbers("shape", tensor.Shape.Select(size => (long)size), json);
                long end = place + ((long)tensor.Values.Length * sizeof(float));
                WriteNumbers("data_offsets", [place, end], json);
                json.WriteEndObject();
                place = end;
            }

            json.WriteEndObject();
        }

        return buffer.WrittenMemory;
    }

    private static void WriteNumbers(string name, IEnumerable<long> numbers, Utf8JsonWriter json)
    {
        json.WriteStartArray(name);
        foreach (long number in numbers)
            json.WriteNumberValue(number);
        json.WriteEndArray();
    }
}
