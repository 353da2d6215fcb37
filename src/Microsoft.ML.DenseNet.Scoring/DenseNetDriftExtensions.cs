namespace Microsoft.ML.DenseNet;

/// <summary>Compares rows of an <see cref="IDataView"/> with the rows that a network was trained on.</summary>
public static class DenseNetDriftExtensions
{
    /// <summary>
    /// Compares rows with those that the network was trained on, as <see cref="TrainedNetwork.Check"/> does:
    /// <c>network.Check(model.Transform(rows))</c>, or the rows after the transforms before the network.
    /// </summary>
    /// <param name="network">The network, of <c>model.LastTransformer.Model.Network</c>.</param>
    /// <param name="data">The rows, at least one, with the feature column and any key columns that the network reads. A label is not needed.</param>
    /// <param name="featureColumnName">The feature column; null for the one of the training.</param>
    /// <param name="flaggedRows">How many of the rows that are unlike the training to list, from 0 to <see cref="DriftMonitor.MaximumFlaggedRows"/>; all are counted.</param>
    /// <exception cref="InvalidOperationException">The network has no statistics, there are no rows, or a row's features are malformed.</exception>
    /// <exception cref="ArgumentException">The feature column is missing or of another type or width.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A key column is missing or of another type, or <paramref name="flaggedRows"/> is out of its range.</exception>
    public static DriftReport Check(this TrainedNetwork network, IDataView data, string? featureColumnName = null, int flaggedRows = DriftMonitor.DefaultFlaggedRows)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(data);
        var monitor = network.CreateDriftMonitor(flaggedRows);
        float[] prediction = network.Statistics!.Prediction is null ? [] : new float[network.Layout.OutputWidth];
        foreach (var row in NetworkRows.Read(network, data, featureColumnName))
        {
            if (row.IsDense)
            {
                if (prediction.Length > 0)
                    network.Predict(row.GetValues(), prediction);
                monitor.Add(row.GetValues(), prediction);
            }
            else
            {
                if (prediction.Length > 0)
                    network.Predict(row.GetIndices(), row.GetValues(), prediction);
                monitor.Add(row.GetIndices(), row.GetValues(), prediction);
            }
        }

        return monitor.ToReport();
    }

    /// <summary>
    /// Computes the statistics that the trainer's option <c>StoreStatistics</c> would have stored, for a model that was trained without it:
    /// <c>network.WithStatistics(network.ComputeStatistics(model.Transform(trainingRows)))</c>. The rows are read twice.
    /// </summary>
    /// <param name="network">The network.</param>
    /// <param name="data">The rows that it was trained on, with the feature column and any key columns that it reads.</param>
    /// <param name="featureColumnName">The feature column; null for the one of the training.</param>
    /// <exception cref="InvalidOperationException">There are no rows, or a row's features are malformed.</exception>
    /// <exception cref="ArgumentException">The feature column is missing or of another type or width.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A key column is missing or of another type.</exception>
    public static TrainingStatistics ComputeStatistics(this TrainedNetwork network, IDataView data, string? featureColumnName = null)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(data);
        var gatherer = network.CreateStatisticsGatherer(NetworkRows.Blocks(network, data, featureColumnName));
        foreach (var row in NetworkRows.Read(network, data, featureColumnName))
        {
            if (row.IsDense)
                gatherer.Count(row.GetValues(), 1);
            else
                gatherer.Count(row.GetIndices(), row.GetValues(), 1);
        }

        if (gatherer.RowCount == 0)
            throw new InvalidOperationException("The data has no rows to compute statistics of.");
        foreach (var row in NetworkRows.Read(network, data, featureColumnName))
        {
            if (row.IsDense)
                gatherer.Sample(row.GetValues(), 1);
            else
                gatherer.Sample(row.GetIndices(), row.GetValues(), 1);
        }

        return gatherer.Build();
    }
}
