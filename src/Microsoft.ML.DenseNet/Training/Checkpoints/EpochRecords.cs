namespace Microsoft.ML.DenseNet;

/// <summary>Epoch records in a checkpoint, bit for bit: the text in a model file does not keep every bit of non-finite numbers.</summary>
internal static class EpochRecords
{
    /// <summary>The size of one record in bytes.</summary>
    private const int RecordLength = (3 * 2 + 3) * sizeof(long);

    public static void Write(IReadOnlyCollection<EpochRecord> records, ValueWriter writer)
    {
        writer.Write((long)records.Count);
        foreach (var record in records)
        {
            writer.Write(record.TrainingLoss);
            writer.Write(record.ValidationLoss);
            writer.Write(record.LearningRate);
            writer.Write(record.GradientNorm);
            writer.Write(record.Seconds);
            writer.Write(record.ValidationMetric);
        }
    }

    /// <param name="reader">What <see cref="Write"/> wrote.</param>
    /// <param name="maximum">The maximum number of epochs.</param>
    public static IReadOnlyList<EpochRecord> Read(ValueReader reader, int maximum)
    {
        int count = reader.ReadInt32(0, (int)Math.Min(maximum, reader.Left / RecordLength), "the number of epochs");
        var records = new EpochRecord[count];
        for (int i = 0; i < count; i++)
        {
            records[i] = new EpochRecord(
                i + 1,
                reader.ReadDouble(),
                reader.ReadOptionalDouble(),
                reader.ReadDouble(),
                reader.ReadOptionalDouble(),
                reader.ReadDouble(),
                reader.ReadOptionalDouble());
        }

        return records;
    }
}
