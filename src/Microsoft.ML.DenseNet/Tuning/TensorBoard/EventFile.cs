using System.Buffers.Binary;
using System.Numerics;

namespace Microsoft.ML.DenseNet;

/// <summary>One of TensorBoard's event files: a sequence of TFRecord frames, each around a message <c>Event</c> (tensorflow/core/util/event.proto).</summary>
internal sealed class EventFile : IDisposable
{
    private const string Version = "brain.Event:2";
    private const uint MaskDelta = 0xA282EAD8;

    private readonly MemoryStream _content = new();

    public EventFile(DateTime time) => Add(Event(time).Add(3, Version));

    /// <summary>The file so far.</summary>
    public ReadOnlyMemory<byte> Content => _content.GetBuffer().AsMemory(0, (int)_content.Length);

    /// <summary>Adds a number.</summary>
    /// <param name="tag">Its name.</param>
    /// <param name="step">Where it is on the horizontal axis.</param>
    /// <param name="value">The number.</param>
    /// <param name="time">When it was computed, in universal time.</param>
    public void AddNumber(string tag, long step, float value, DateTime time) =>
        Add(Event(time).Add(2, step).Add(5, Summary(new ProtobufMessage().Add(1, tag).Add(2, value))));

    /// <summary>Adds data of a plugin.</summary>
    /// <param name="tag">Its name.</param>
    /// <param name="plugin">The plugin's name.</param>
    /// <param name="data">The data.</param>
    /// <param name="time">When it was made, in universal time.</param>
    public void AddPluginData(string tag, string plugin, ProtobufMessage data, DateTime time)
    {
        var metadata = new ProtobufMessage().Add(1, new ProtobufMessage().Add(1, plugin).Add(2, data));
        Add(Event(time).Add(5, Summary(new ProtobufMessage().Add(1, tag).Add(9, metadata))));
    }

    /// <summary>A time as protobuf messages of TensorBoard have it: in seconds since the beginning of 1970.</summary>
    public static double Seconds(DateTime time) => (time - DateTime.UnixEpoch).TotalSeconds;

    public void Dispose() => _content.Dispose();

    private static ProtobufMessage Event(DateTime time) => new ProtobufMessage().Add(1, Seconds(time));

    private static ProtobufMessage Summary(ProtobufMessage value) => new ProtobufMessage().Add(1, value);

    private void Add(ProtobufMessage message)
    {
        using var encoded = new MemoryStream();
        message.WriteTo(encoded);
        Span<byte> length = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(length, encoded.Length);
        var content = encoded.GetBuffer().AsSpan(0, (int)encoded.Length);
        _content.Write(length);
        WriteChecksum(length);
        _content.Write(content);
        WriteChecksum(content);
    }

    /// <summary>Writes the masked CRC-32C that TFRecord has after the length and after the content.</summary>
    private void WriteChecksum(ReadOnlySpan<byte> data)
    {
        uint crc = uint.MaxValue;
        foreach (byte value in data)
            crc = BitOperations.Crc32C(crc, value);
        Span<byte> masked = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(masked, unchecked(BitOperations.RotateRight(~crc, 15) + MaskDelta));
        _content.Write(masked);
    }
}
