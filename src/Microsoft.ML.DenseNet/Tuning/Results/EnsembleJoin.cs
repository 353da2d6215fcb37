namespace Microsoft.ML.DenseNet;

/// <summary>Joins models of different layers into one network whose prediction is the weighted average of theirs.</summary>
/// <remarks>
/// Members are side by side; each repeats its outputs as often as it counts, and a <see cref="MemberMeanLayer"/> averages them all. An
/// input scaling that all members share comes first, once.
/// </remarks>
internal static class EnsembleJoin
{
    /// <summary>Joins.</summary>
    /// <param name="members">Complete models for the same features and labels; at least one.</param>
    /// <param name="counts">How often each counts, at least 1.</param>
    /// <returns>The network with the first member's signature and history.</returns>
    public static TrainedNetwork Join(IReadOnlyList<TrainedNetwork> members, IReadOnlyList<int> counts)
    {
        if (members.Count == 1)
            return members[0];
        var first = members[0];
        var stage = first.Layout.OutputStage?.Nodes[^1];
        int stageBuffers = stage?.Parameters.Sum(place => place.Count) ?? 0;
        var mean = EnsembleNetwork.MeanOf(first.Task, stage is { Layer: ActivationLayer } ? Losses.Poisson() : null);

        bool shares = members.All(member => SharesScaling(member, first));
        var scaling = shares ? first.Layout.InputScaling : null;
        int scalingBuffers = scaling?.BufferCount ?? 0;
        var sides = members.Select((member, i) => Side(member.Layout, skipsScaling: shares, counts[i]));
        var layer = NetworkComposer.Compose(null, [.. scaling?.Nodes.Select(node => node.Layer) ?? [], Layer.Concat(sides), new MemberMeanLayer(counts.Sum(), mean), .. stage is null ? Array.Empty<Layer>() : [stage.Layer]]);

        float[] parameters = [.. members.SelectMany(member => member.Parameters.ToArray())];
        float[] buffers =
        [
            .. first.Buffers[..scalingBuffers].ToArray(),
            .. members.SelectMany(member => member.Buffers[scalingBuffers..^stageBuffers].ToArray()),
            .. first.Buffers[^stageBuffers..].ToArray(),
        ];
        return new TrainedNetwork(new NetworkLayout(layer, first.Layout.InputWidth), parameters, buffers, first.History, first.Signature);
    }

    /// <summary>Whether two models scale their inputs in the same way, or neither does.</summary>
    private static bool SharesScaling(TrainedNetwork member, TrainedNetwork other)
    {
        if (member.Layout.InputScaling is not { } mine || other.Layout.InputScaling is not { } theirs)
            return member.Layout.InputScaling is null && other.Layout.InputScaling is null;
        return mine.Nodes.Select(node => node.Layer).SequenceEqual(theirs.Nodes.Select(node => node.Layer))
            && member.Buffers.Span[..mine.BufferCount].SequenceEqual(other.Buffers.Span[..theirs.BufferCount]);
    }

    /// <summary>The layers of a member, without those that all share.</summary>
    private static Layer Side(NetworkLayout member, bool skipsScaling, int count)
    {
        var layers = new List<Layer>();
        if (!skipsScaling)
            layers.AddRange(member.InputScaling?.Nodes.Select(node => node.Layer) ?? []);
        layers.AddRange(member.Body.Select(node => node.Layer));
        layers.AddRange(member.OutputStage?.Nodes.SkipLast(1).Select(node => node.Layer) ?? []);
        if (count > 1)
            layers.Add(new RepeatLayer(count));
        return Layer.Sequential(layers);
    }
}
