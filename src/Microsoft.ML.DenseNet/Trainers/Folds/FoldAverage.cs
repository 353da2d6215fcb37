namespace Microsoft.ML.DenseNet;

/// <summary>Joins several networks that read the same scaled input into one that averages their predictions.</summary>
internal static class FoldAverage
{
    /// <summary>Returns the joined network, with the calibration folded into the output Linears.</summary>
    /// <param name="folds">Networks with the same layout and the same input scaling.</param>
    /// <param name="mean">What is averaged.</param>
    /// <param name="calibration">A map of each network's outputs; null for none.</param>
    public static TrainedNetwork Join(IReadOnlyList<TrainedNetwork> folds, MeanKind mean, Calibration? calibration = null)
    {
        var first = folds[0].Layout;
        int scaling = first.InputScaling?.BufferCount ?? 0;
        double share = mean == MeanKind.Outputs ? 1.0 / folds.Count : 1;
        var map = calibration ?? Calibration.None(first.OutputWidth);
        float[] parameters = [.. folds.SelectMany(fold => Mapped(fold, share * map.Factor, [.. map.Shifts.Select(shift => share * shift)]))];
        return new TrainedNetwork(
            new NetworkLayout(Join(first, folds.Count, mean), first.InputWidth), parameters, [.. folds[0].Buffers[..scaling].ToArray(), .. folds.SelectMany(fold => fold.Buffers[scaling..].ToArray())], Average(folds));
    }

    /// <summary>The layers of the joined network.</summary>
    /// <param name="fold">Those of each fold.</param>
    /// <param name="folds">How many there are.</param>
    /// <param name="mean">What is averaged.</param>
    public static Layer Join(NetworkLayout fold, int folds, MeanKind mean)
    {
        if (folds == 1)
            return fold.Layer;
        var bodies = Enumerable.Repeat(Layer.Sequential(fold.Body.Select(node => node.Layer)), folds);
        var scaling = fold.InputScaling?.Nodes.Select(node => node.Layer) ?? [];
        return mean == MeanKind.Outputs
            ? NetworkComposer.Compose(null, [.. scaling, Layer.Sum(bodies)])
            : NetworkComposer.Compose(null, [.. scaling, Layer.Concat(bodies), new MemberMeanLayer(folds, mean)]);
    }

    /// <summary>Returns a network's values with its outputs multiplied by a factor and shifted.</summary>
    private static float[] Mapped(TrainedNetwork network, double factor, double[] shifts)
    {
        float[] values = network.Parameters.ToArray();
        if (factor == 1 && Array.TrueForAll(shifts, shift => shift == 0))
            return values;
        var output = network.Layout.Body[^1];
        foreach (var place in output.Parameters)
        {
            foreach (ref float value in values.AsSpan(place.Offset, place.Count))
                value = (float)(value * factor);
        }

        var bias = output.Parameters[1];
        for (int i = 0; i < shifts.Length; i++)
            values[bias.Offset + i] += (float)shifts[i];
        return values;
    }

    /// <summary>Averages the folds' training histories: for each epoch, the mean over those still running.</summary>
    private static TrainingHistory Average(IReadOnlyList<TrainedNetwork> folds)
    {
        if (folds.Count == 1)
            return folds[0].History;
        var epochs = new List<EpochRecord>();
        for (int epoch = 0; epoch < folds.Max(fold => fold.History.Count); epoch++)
        {
            EpochRecord[] records = [.. folds.Where(fold => fold.History.Count > epoch).Select(fold => fold.History[epoch])];
            epochs.Add(new EpochRecord(
                epoch + 1,
                records.Average(record => record.TrainingLoss),
                records.Average(record => record.ValidationLoss),
                records.Average(record => record.LearningRate),
                records.Average(record => record.GradientNorm),
                folds.Sum(fold => fold.History[Math.Min(epoch, fold.History.Count - 1)].Seconds),
                records.Average(record => record.ValidationMetric)));
        }

        int best = (int)Math.Round(folds.Average(fold => fold.History.BestEpoch));
        return new TrainingHistory(epochs, best, folds[^1].History.StopReason, folds.Count);
    }
}
