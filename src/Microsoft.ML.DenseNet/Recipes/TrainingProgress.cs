namespace Microsoft.ML.DenseNet;

/// <summary>A look into a running training. It is valid only during the call that hands it over.</summary>
public sealed class TrainingProgress
{
    private readonly ITrainingState _run;

    internal TrainingProgress(ITrainingState run) => _run = run;

    /// <summary>What the training was asked to do.</summary>
    internal TrainingPlan Plan => _run.Plan;

    /// <summary>Epochs done so far; 0 before the first has ended.</summary>
    public int Epoch => _run.Records.Count;

    /// <summary>Epochs asked for.</summary>
    public int NumberOfEpochs => _run.Plan.NumberOfEpochs;

    /// <summary>
    /// Which of the model's networks is trained, from 1. The default network is several, averaged in the end; each is a training of its
    /// own, with its own epochs and history.
    /// </summary>
    public int NetworkNumber => _run.Plan.Fold;

    /// <summary>How many networks the model has at most; 1 where <see cref="DenseNetOptions"/> name the network. Where time runs out there are fewer.</summary>
    public int NumberOfNetworks => _run.Plan.Folds;

    /// <summary>The number of rows trained on, validation rows not counted.</summary>
    public long TrainingRows => _run.TrainingRows;

    /// <summary>The records of the epochs so far.</summary>
    public IReadOnlyList<EpochRecord> History => _run.Records;

    /// <summary>The newest record; null before the first epoch has ended.</summary>
    public EpochRecord? Latest => _run.Records.Count == 0 ? null : _run.Records[^1];

    /// <summary>The network's widths and parameters, as <see cref="TakeSnapshot"/> has them.</summary>
    public NetworkLayout Layout => _run.Plan.Conversion.Complete(_run.Plan.Layout);

    /// <summary>
    /// What the network predicts now, in the task's own terms, for any rows: the probability of the positive class, the probability of
    /// each class, or the number in the label's unit.
    /// </summary>
    /// <param name="rows">Rows as wide as the network's input.</param>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <exception cref="ArgumentException">A row has another number of values.</exception>
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
    /// A copy of the model's network as it is now: its weights, and predictions on any rows.
    /// </summary>
    public TrainedNetwork TakeSnapshot() => _run.TakeSnapshot();

    /// <summary>A copy of the gradients of the last step, after clipping; all zero before the first.</summary>
    public IReadOnlyList<NetworkTensor> TakeGradients() => _run.TakeGradients();

    /// <summary>
    /// Ends the training after this call; the model is made of what was learned so far. Called before an epoch, from
    /// <see cref="TrainingObserver.OnEpochStarted"/>, it leaves that epoch out: neither is there a record of it, nor does
    /// <see cref="TrainingObserver.OnEpochEnded"/> follow.
    /// </summary>
    public void Stop() => _run.Stop();
}
