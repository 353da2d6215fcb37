namespace Microsoft.ML.DenseNet;

/// <summary>How a trained fold travels from the process that trained it to the others. The rows it was validated on do not: every process has them.</summary>
internal static class FoldWire
{
    private static readonly SealedFile Format = new("DNFOLDRS", 1, 16, "A network that another process trained", "Check the network between the machines, and that all of them run the same version of the program.");

    /// <summary>Writes a fold.</summary>
    /// <param name="fold">The fold.</param>
    /// <param name="rank">The process that trained it.</param>
    /// <param name="seconds">How long that took.</param>
    public static byte[] Write(FoldResult fold, int rank, double seconds)
    {
        using var bytes = new MemoryStream();
        Format.Save(bytes, "{}"u8.ToArray(), values =>
        {
            var history = fold.Network.History;
            values.Write((long)rank);
            values.Write(seconds);
            values.Write((long)history.StopReason);
            values.Write((long)history.BestEpoch);
            EpochRecords.Write(history, values);
            values.Write(fold.Work);
            values.Write(fold.Network.Parameters.Span);
            values.Write(fold.Network.Buffers.Span);
            values.Write((long)fold.Outputs.Length);
            values.Write(fold.Outputs);
        });
        return bytes.ToArray();
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="layout">The network's layout.</param>
    /// <param name="validation">The rows that the network did not see; null for none.</param>
    public static (FoldResult Fold, int Rank, double Seconds) Read(byte[] bytes, NetworkLayout layout, RowSet? validation)
    {
        var (_, values) = Format.Open(new MemoryStream(bytes));
        int rank = values.ReadInt32(0, int.MaxValue, "the rank");
        double seconds = values.ReadDouble();
        var reason = (StopReason)values.ReadInt32((int)StopReason.Completed, (int)StopReason.Observer, "the reason to stop");
        int best = values.ReadInt32(0, TrainingHistory.MaximumCount, "the best epoch");
        var history = new TrainingHistory(EpochRecords.Read(values, TrainingHistory.MaximumCount), best, reason);
        double work = values.ReadDouble();
        var network = new TrainedNetwork(layout, values.ReadFloats(layout.ParameterCount), values.ReadFloats(layout.BufferCount), history);
        float[] outputs = values.ReadFloats(values.ReadInt32(0, int.MaxValue, "the number of outputs"));
        values.Done();
        return (new FoldResult(network, validation, outputs) { Work = work }, rank, seconds);
    }
}
