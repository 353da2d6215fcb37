using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace Microsoft.ML.DenseNet.Tests;

/// <summary>Puts a model file together from parts that need not fit, with a checksum that does.</summary>
internal sealed class ModelFileBuilder
{
    public const string Header =
        """{"libraryVersion":"1.0.0","task":"Regression","inputWidth":2,"outputWidth":1,"parameterCount":3,"bufferCount":0,"network":{"type":"Linear","units":1,"bias":true},"history":{"bestEpoch":1,"stopReason":"Completed","epochs":[{"epoch":1,"trainingLoss":0.5,"learningRate":0.1}]}}""";

    private const int PrefixLength = 16;

    public byte[] Magic { get; set; } = "DENSENET"u8.ToArray();

    public int Version { get; set; } = 1;

    public byte[] HeaderBytes { get; set; } = Encoding.UTF8.GetBytes(Header);

    public int? HeaderLength { get; set; }

    public float[] Values { get; set; } = [1f, 2f, 3f];

    public byte[] ToArray()
    {
        byte[] prefix = new byte[PrefixLength];
        Magic.CopyTo(prefix, 0);
        BinaryPrimitives.WriteInt32LittleEndian(prefix.AsSpan(8), Version);
        BinaryPrimitives.WriteInt32LittleEndian(prefix.AsSpan(12), HeaderLength ?? HeaderBytes.Length);
        byte[] content = [.. prefix, .. HeaderBytes, .. MemoryMarshal.AsBytes<float>(Values)];
        return [.. content, .. SHA256.HashData(content)];
    }

    public static byte[] WithHeader(string header) => new ModelFileBuilder { HeaderBytes = Encoding.UTF8.GetBytes(header) }.ToArray();

    /// <summary>Brings the checksum of an altered file up to date.</summary>
    public static void Resign(byte[] file)
    {
        if (file.Length >= SHA256.HashSizeInBytes)
            SHA256.HashData(file.AsSpan(0, file.Length - SHA256.HashSizeInBytes), file.AsSpan(file.Length - SHA256.HashSizeInBytes));
    }

    public static TrainedNetwork Load(byte[] file)
    {
        using var stream = new MemoryStream(file, writable: false);
        return TrainedNetwork.Load(stream);
    }

    public static byte[] Save(TrainedNetwork network)
    {
        using var stream = new MemoryStream();
        network.Save(stream);
        return stream.ToArray();
    }
}
