namespace Microsoft.ML.DenseNet;

/// <summary>Joins several networks that read the same scaled input into one that averages their outputs.</summary>
internal static class FoldAverage
{
    /// <summary>Returns the joined network: <c>factor / folds · Σ outputs</c>, with the factor folded into the output Linears.</summary>
    /// <param name="folds">Networks with the same layout, whose last layer is a Linear, and the same input scaling.</param>
    /// <param name="factor">A factor on the average.</param>
    public static TrainedNetwork Join(IReadOnlyList<TrainedNetwork> folds, double factor)
    {
        var first = folds[0].Layout;
        int scaling = first.InputScaling?.BufferCount ?? 0;
        var parameters = new List<float[]>();
        foreach (var fold in folds)
        {
            float[] values = fold.Parameters.ToArray();
            foreach (var place in fold.Layout.Body[^1].Parameters)
            {
                foreach (ref float value in values.AsSpan(place.Offset, place.Count))
                    value = (float)(value * factor / folds.Count);
            }

            parameters.Add(values);
        }

        return new TrainedNetwork(new NetworkLayout(Join(first, folds.Count), first.InputWidth), [.. parameters.SelectMany(values => values)], [.. folds[0].Buffers[..scaling].ToArray(), .. folds.SelectMany(fold => fold.Buffers[scaling..].ToArray())], Average(folds));
    }

    /// <summary>The layers of the joined network.</summary>
    /// <param name="fold">Those of each fold.</param>
    /// <param name="folds">How many there are.</param>
    public static Layer Join(NetworkLayout fold, int folds)
    {
        if (folds == 1)
            return fold.Layer;
        var body = Layer.Sequential(fold.Body.Select(node => node.Layer));
        return NetworkComposer.Compose(null, [.. fold.InputScaling?.Nodes.Select(node => node.Layer) ?? [], Layer.Sum(Enumerable.Repeat(body, folds))]);
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
