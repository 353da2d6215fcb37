using System.Buffers.Binary;
using System.Text;
using Google.Protobuf;

namespace Microsoft.ML.DenseNet.Tests;

/// <summary>
/// Reads TensorBoard's event files by their definition: TFRecord frames with masked CRC-32C around protocol buffers
/// (tensorflow/core/util/event.proto and framework/summary.proto).
/// </summary>
internal static class TensorBoardEvents
{
    /// <summary>The values of all events in a directory, in the order of writing.</summary>
    public static List<TensorBoardValue> Read(string directory) =>
        [.. ReadFrames(directory).SelectMany(Values)];

    /// <summary>The messages of all events in a directory, still encoded.</summary>
    public static IEnumerable<byte[]> ReadFrames(string directory) =>
        Directory.GetFiles(directory, "events.out.tfevents.*").Order().SelectMany(file => Frames(File.ReadAllBytes(file)));

    private static IEnumerable<byte[]> Frames(byte[] file)
    {
        for (int at = 0; at < file.Length;)
        {
            byte[] length = file[at..(at + 8)];
            int count = (int)BinaryPrimitives.ReadInt64LittleEndian(length);
            byte[] content = file[(at + 12)..(at + 12 + count)];
            Assert.AreEqual(MaskedCrc(length), BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan(at + 8)));
            Assert.AreEqual(MaskedCrc(content), BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan(at + 12 + count)));
            yield return content;
            at += 16 + count;
        }
    }

    private static List<TensorBoardValue> Values(byte[] content)
    {
        long step = 0;
        byte[]? summary = null;
        var input = new CodedInputStream(content);
        for (uint tag = input.ReadTag(); tag != 0; tag = input.ReadTag())
        {
            switch (WireFormat.GetTagFieldNumber(tag))
            {
                case 2:
                    step = input.ReadInt64();
                    break;
                case 5:
                    summary = input.ReadBytes().ToByteArray();
                    break;
                default:
                    input.SkipLastField();
                    break;
            }
        }

        return summary is null ? [] : [.. Messages(summary, field: 1).Select(value => Value(value, step))];
    }

    private static TensorBoardValue Value(byte[] content, long step)
    {
        var value = new TensorBoardValue { Step = step };
        var input = new CodedInputStream(content);
        for (uint tag = input.ReadTag(); tag != 0; tag = input.ReadTag())
        {
            switch (WireFormat.GetTagFieldNumber(tag))
            {
                case 1:
                    value.Tag = input.ReadString();
                    break;
                case 2:
                    value.Number = input.ReadFloat();
                    break;
                case 5:
                    ReadHistogram(input.ReadBytes().ToByteArray(), value);
                    break;
                case 8:
                    value.Text = string.Concat(Messages(input.ReadBytes().ToByteArray(), field: 8).Select(Encoding.UTF8.GetString));
                    break;
                default:
                    input.SkipLastField();
                    break;
            }
        }

        return value;
    }

    private static void ReadHistogram(byte[] content, TensorBoardValue value)
    {
        var input = new CodedInputStream(content);
        for (uint tag = input.ReadTag(); tag != 0; tag = input.ReadTag())
        {
            switch (WireFormat.GetTagFieldNumber(tag))
            {
                case 1:
                    value.Minimum = input.ReadDouble();
                    break;
                case 2:
                    value.Maximum = input.ReadDouble();
                    break;
                case 3:
                    value.Count = input.ReadDouble();
                    break;
                case 4:
                    value.Sum = input.ReadDouble();
                    break;
                case 6:
                    value.Limits = Doubles(input.ReadBytes().ToByteArray());
                    break;
                case 7:
                    value.Buckets = Doubles(input.ReadBytes().ToByteArray());
                    break;
                default:
                    input.SkipLastField();
                    break;
            }
        }
    }

    private static IEnumerable<byte[]> Messages(byte[] content, int field)
    {
        var input = new CodedInputStream(content);
        for (uint tag = input.ReadTag(); tag != 0; tag = input.ReadTag())
        {
            if (WireFormat.GetTagFieldNumber(tag) == field)
                yield return input.ReadBytes().ToByteArray();
            else
                input.SkipLastField();
        }
    }

    private static double[] Doubles(byte[] packed) => [.. packed.Chunk(8).Select(bytes => BinaryPrimitives.ReadDoubleLittleEndian(bytes))];

    private static uint MaskedCrc(byte[] content)
    {
        uint crc = uint.MaxValue;
        foreach (byte value in content)
        {
            crc ^= value;
            for (int bit = 0; bit < 8; bit++)
                crc = (crc >> 1) ^ ((crc & 1) * 0x82F63B78); // the Castagnoli polynomial, reversed
        }

        crc = ~crc;
        return ((crc >> 15) | (crc << 17)) + 0xA282EAD8;
    }
}
