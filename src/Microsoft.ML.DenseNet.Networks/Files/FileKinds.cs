using System.Buffers.Binary;

namespace Microsoft.ML.DenseNet;

/// <summary>What a file appears to be, judging by its first bytes, so that errors name a wrong kind of file instead of calling it damaged.</summary>
internal enum FileKind
{
    Other,
    Zip,
    Pickle,
    Safetensors,
}

/// <inheritdoc cref="FileKind"/>
internal static class FileKinds
{
    /// <summary>What to do about a file written by <c>torch.save</c>.</summary>
    public const string PyTorchMessage = "The file was written by torch.save" + Conversion;

    /// <summary>What to do about a zip that should have been safetensors.</summary>
    public const string ZipMessage = "The file is a zip, not safetensors. If mlContext.Model.Save wrote it, load it with TrainedNetwork.Load. Perhaps it was written by torch.save" + Conversion;

    private const string Conversion =
        ", as a Python pickle. A pickle can run any code when it is read, so it is not read here. " +
        "Convert it in Python, and load the result with TrainedNetwork.LoadSafetensors:\n" +
        "    import torch, safetensors.torch\n" +
        "    safetensors.torch.save_file(torch.load(\"model.pt\", map_location=\"cpu\", weights_only=True), \"model.safetensors\")\n" +
        "If it holds a whole module rather than its state dictionary, load it with weights_only=False, from a source that you trust, and save its state_dict().";

    private const int Inspected = 9;

    /// <summary>Looks at the stream's next bytes without changing its position.</summary>
    /// <exception cref="ArgumentException">The stream is not seekable.</exception>
    public static FileKind Of(Stream stream)
    {
        if (!stream.CanSeek)
            throw new ArgumentException("The stream must be seekable, so that sizes can be checked against its length.", nameof(stream));
        long start = stream.Position;
        Span<byte> first = stackalloc byte[Inspected];
        first = first[..stream.ReadAtLeast(first, Inspected, throwOnEndOfStream: false)];
        long length = stream.Length - start;
        stream.Position = start;
        if (first.StartsWith("PK\x3\x4"u8) || first.StartsWith("PK\x5\x6"u8))
            return FileKind.Zip;
        if (first is [0x80, >= 1 and <= 5, ..] && first.Length == Inspected && first[8] != '{')
            return FileKind.Pickle;
        return first.Length == Inspected && first[8] == '{' && BinaryPrimitives.ReadUInt64LittleEndian(first) <= (ulong)(length - sizeof(ulong))
            ? FileKind.Safetensors
            : FileKind.Other;
    }
}
