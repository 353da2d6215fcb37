namespace Microsoft.ML.DenseNet;

/// <summary>A view of a running training. It is valid only during the call that it is passed to.</summary>
public sealed class TrainingProgress
{
    private readonly ITrainingState _run;

    internal TrainingProgress(ITrainingState run) => _run = run;

    /// <summary>What the training was asked to do.</summary>
    internal TrainingPlan Plan => _run.Plan;

    /// <summary>Epochs done so far; 0 until the first has ended.</summary>
    public int Epoch => _run.Records.Count;

    /// <summary>Epochs requested.</summary>
    public int NumberOfEpochs => _run.Plan.NumberOfEpochs;

    /// <summary>
    /// Which of the model's networks is being trained, from 1. The default network consists of several, averaged in the end; each is trained
    /// separately, with its own epochs and history. If rows have times (<see cref="DenseNetOptions.TimeColumnName"/>), each of them is trained
    /// twice, and both trainings count.
    /// </summary>
    public int NetworkNumber => _run.Plan.Fold;

    /// <summary>The maximum number of networks in the model, and twice that if rows have times; 1 if <see cref="DenseNetOptions"/> specify the network. There are fewer if the work budget runs out.</summary>
    public int NumberOfNetworks => _run.Plan.Folds;

    /// <summary>The number of rows trained on, excluding validation rows.</summary>
    public long TrainingRows => _run.TrainingRows;

    /// <summary>The records of the epochs so far.</summary>
    public IReadOnlyList<EpochRecord> History => _run.Records;

    /// <summary>The newest record; null until the first epoch has ended.</summary>
    public EpochRecord? Latest => _run.Records.Count == 0 ? null : _run.Records[^1];

    /// <summary>The network's widths and parameters, as in <see cref="TakeSnapshot"/>.</summary>
    public NetworkLayout Layout => _run.Plan.Conversion.Complete(_run.Plan.Layout);

    /// <summary>
    /// Returns what the network predicts now, in the task's own terms, for any rows: the probability of the positive class, the probability
    /// of each class, or the number in the label's unit.
    /// </summary>
    /// <param name="rows">Rows as wide as the network's input.</param>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <exception cref="ArgumentException">A row has a different number of values.</exception>
    public IReadOnlyList<float[]> Predict(IEnumerable<float[]> rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        var network = TakeSnapshot();
        return [.. rows.Select(row =>
        {
            var outputs = new float[network.Layout.OutputWidth];
            network.Predict(row, outputs);
            return outputs;
        })];
    }

    /// <summary>
    /// Returns a copy of the model's network as it is now: its weights, and predictions on any rows.
    /// </summary>
    public TrainedNetwork TakeSnapshot() => _run.TakeSnapshot();

    /// <summary>Returns a copy of the gradients of the last step, after clipping; all zero before the first.</summary>
    public IReadOnlyList<NetworkTensor> TakeGradients() => _run.TakeGradients();

    /// <summary>
    /// Ends the training after this call; the model is made from what has been learned so far. Called before an epoch, from
    /// <see cref="TrainingObserver.OnEpochStarted"/>, it skips that epoch: there is no record of it, and
    /// <see cref="TrainingObserver.OnEpochEnded"/> is not called.
    /// </summary>
    public void Stop() => _run.Stop();
}
