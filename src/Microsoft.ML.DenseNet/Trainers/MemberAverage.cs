namespace Microsoft.ML.DenseNet;

/// <summary>Makes one network of several that read the same scaled input: their outputs are averaged.</summary>
internal static class MemberAverage
{
    /// <summary>The joined network: <c>factor / members · Σ outputs</c>, the factor taken up by the output Linears.</summary>
    /// <param name="members">Networks of one layout, whose last layer is a Linear and which share their input scaling.</param>
    /// <param name="factor">A factor on the average.</param>
    public static TrainedNetwork Join(IReadOnlyList<TrainedNetwork> members, double factor)
    {
        var first = members[0].Layout;
        int scaling = first.InputScaling?.BufferCount ?? 0;
        var parameters = new List<float[]>();
        foreach (var member in members)
        {
            float[] values = member.Parameters.ToArray();
            foreach (var slot in member.Layout.Body[^1].Parameters)
            {
                foreach (ref float value in values.AsSpan(slot.Offset, slot.Count))
                    value = (float)(value * factor / members.Count);
            }

            parameters.Add(values);
        }

        return new TrainedNetwork(new NetworkLayout(Join(first, members.Count), first.InputWidth), [.. parameters.SelectMany(values => values)], [.. members[0].Buffers[..scaling].ToArray(), .. members.SelectMany(member => member.Buffers[scaling..].ToArray())], Average(members));
    }

    /// <summary>The layers of the joined network.</summary>
    /// <param name="member">Those of each member.</param>
    /// <param name="members">How many there are.</param>
    public static Layer Join(NetworkLayout member, int members)
    {
        if (members == 1)
            return member.Layer;
        var body = Layer.Sequential(member.Body.Select(node => node.Layer));
        return NetworkComposer.Compose(member.InputScaling?.Layer, Layer.Sum(Enumerable.Repeat(body, members)));
    }

    /// <summary>The course of the members' trainings, epoch by epoch the mean of those that were still running.</summary>
    private static TrainingHistory Average(IReadOnlyList<TrainedNetwork> members)
    {
        if (members.Count == 1)
            return members[0].History;
        var epochs = new List<EpochRecord>();
        for (int epoch = 0; epoch < members.Max(member => member.History.Count); epoch++)
        {
            EpochRecord[] records = [.. members.Where(member => member.History.Count > epoch).Select(member => member.History[epoch])];
            epochs.Add(new EpochRecord(
                epoch + 1,
                records.Average(record => record.TrainingLoss),
                records.Average(record => record.ValidationLoss),
                records.Average(record => record.LearningRate),
                records.Average(record => record.GradientNorm),
                members.Sum(member => member.History[Math.Min(epoch, member.History.Count - 1)].Seconds),
                records.Average(record => record.ValidationMetric)));
        }

        int best = (int)Math.Round(members.Average(member => member.History.BestEpoch));
        return new TrainingHistory(epochs, best, members[^1].History.StopReason, members.Count);
    }
}
