namespace Microsoft.ML.DenseNet;

/// <summary>Makes the statistics that a model stores of its training rows.</summary>
internal static class StoredStatistics
{
    /// <summary>Makes the statistics.</summary>
    /// <param name="data">The training rows, after <see cref="LoadedRows.With(Func{float, float}?, Func{float, float}?)"/>.</param>
    /// <param name="blocks">The one-hot blocks of the network's input.</param>
    /// <param name="network">The trained network.</param>
    /// <param name="training">Its folds, with their outputs for the rows that they did not see.</param>
    /// <param name="conversion">What its outputs mean.</param>
    public static TrainingStatistics Of(LoadedRows data, IReadOnlyList<SlotRange> blocks, TrainedNetwork network, TrainedFolds training, TargetConversion conversion)
    {
        var builder = data.Stream?.Statistics ?? data.Share?.Statistics ?? new StatisticsBuilder(network.Layout.InputWidth, blocks);
        foreach (var block in data.IsSample ? [] : data.AsRead.Blocks)
            builder.Count(block);
        builder.Sample(data.AsRead);
        var folds = training.FirstDeal.Where(fold => fold.Validation is not null).ToArray();
        return builder.Build().With(folds.Length > 0 ? OfHeldOut(folds, training.Calibration, network, conversion) : OfTraining(data.AsRead, network));
    }

    /// <summary>The predictions of each network for the rows that it did not learn from, calibrated as the model's are.</summary>
    private static PredictionStatistics? OfHeldOut(FoldResult[] folds, Calibration? calibration, TrainedNetwork network, TargetConversion conversion)
    {
        var toPrediction = new FoldPrediction(network.Task, conversion, calibration);
        var gatherer = new PredictionGatherer(network);
        float[] prediction = new float[folds[0].Network.Layout.OutputWidth];
        var sample = new StatisticsSample(folds.Sum(fold => fold.Validation!.Count));
        long number = 0;
        foreach (var fold in folds)
        {
            int row = 0;
            foreach (var (weight, label) in fold.Validation!.Weights.Zip(fold.Validation!.Labels))
            {
                var outputs = fold.Outputs.AsSpan(row++ * prediction.Length, prediction.Length);
                if (!sample.Takes(number++))
                    continue;
                outputs.CopyTo(prediction);
                toPrediction.Convert(prediction);

                // Class weights are part of the training, not of the rows.
                double factor = conversion.WeightFactor?.Invoke(label) ?? 1;
                gatherer.Add(prediction, factor > 0 ? weight / factor : 0);
            }
        }

        return gatherer.Build(isHeldOut: true);
    }

    private static PredictionStatistics? OfTraining(RowSet rows, TrainedNetwork network)
    {
        var gatherer = new PredictionGatherer(network);
        var sample = new StatisticsSample(rows.Count);
        float[] features = new float[rows.Width], prediction = new float[network.Layout.OutputWidth];
        long number = 0;
        foreach (var block in rows.Blocks)
        {
            for (int row = 0; row < block.Rows; row++)
            {
                if (!sample.Takes(number++))
                    continue;
                if (block.Sparse is { } sparse)
                {
                    network.Predict(sparse.RowSlots(row), sparse.RowValues(row), prediction);
                }
                else
                {
                    block.CopyRow(row, features);
                    network.Predict(features, prediction);
                }

                gatherer.Add(prediction, block.Weights.IsEmpty ? 1 : block.Weights.Span[row]);
            }
        }

        return gatherer.Build(isHeldOut: false);
    }
}
