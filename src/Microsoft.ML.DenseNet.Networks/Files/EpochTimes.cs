using System.Buffers.Binary;

namespace Microsoft.ML.DenseNet;

/// <summary>
/// The seconds of a history, as docs/model-format.md describes them: a separate entry in the model's zip, so that the same training
/// produces the same network file.
/// </summary>
internal static class EpochTimes
{
    public static void Save(TrainingHistory history, Stream stream)
    {
        Span<byte> bytes = stackalloc byte[sizeof(double)];
        foreach (var epoch in history)
        {
            BinaryPrimitives.WriteDoubleLittleEndian(bytes, epoch.Seconds);
            stream.Write(bytes);
        }
    }

    /// <summary>Reads the seconds of a history from the stream's position to its end.</summary>
    /// <exception cref="FormatException">Their number differs from the history's number of epochs.</exception>
    public static TrainingHistory Load(TrainingHistory history, Stream stream)
    {
        long length = stream.Length - stream.Position;
        if (length != (long)history.Count * sizeof(double))
            throw NetworkFile.Damaged($"it has {length} bytes of times for {history.Count} epochs");
        Span<byte> bytes = stackalloc byte[sizeof(double)];
        var epochs = new EpochRecord[history.Count];
        for (int i = 0; i < epochs.Length; i++)
        {
            stream.ReadExactly(bytes);
            epochs[i] = history[i] with { Seconds = BinaryPrimitives.ReadDoubleLittleEndian(bytes) };
        }

        return new TrainingHistory(epochs, history.BestEpoch, history.StopReason, history.Networks);
    }
}
