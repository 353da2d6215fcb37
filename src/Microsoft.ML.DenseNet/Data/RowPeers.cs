namespace Microsoft.ML.DenseNet;

/// <summary>Processes that read the same data together, each its share, and join what they find in the order of ranks.</summary>
/// <param name="Share">This process's share.</param>
/// <param name="Meet">Sends a block to all processes; returns the blocks of all, by rank. All of them must make this call.</param>
internal sealed record RowPeers(RowShare Share, Func<byte[], byte[][]> Meet)
{
    /// <summary>Sends what a function writes to all processes; returns readers of what each has written, by rank.</summary>
    public BinaryReader[] Exchange(Action<BinaryWriter> write) => [.. Meet(Wire.Write(write)).Select(block => new BinaryReader(new MemoryStream(block)))];

    /// <summary>Sends some numbers to all processes; returns those of each, by rank.</summary>
    public double[][] Exchange(params double[] numbers) => [.. Exchange(writer => writer.Write<double>(numbers)).Select(reader => reader.ReadArray<double>())];
}
