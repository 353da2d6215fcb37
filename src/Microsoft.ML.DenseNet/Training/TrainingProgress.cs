namespace Microsoft.ML.DenseNet;

/// <summary>A look into a running training. It is valid only during the call that hands it over.</summary>
public sealed class TrainingProgress
{
    private readonly TrainingRun _run;

    internal TrainingProgress(TrainingRun run) => _run = run;

    /// <summary>What the training was asked to do.</summary>
    internal TrainingPlan Plan => _run.Plan;

    /// <summary>Epochs done so far; 0 before the first has ended.</summary>
    public int Epoch => _run.Records.Count;

    /// <summary>Epochs asked for.</summary>
    public int NumberOfEpochs => _run.Plan.NumberOfEpochs;

    /// <summary>The number of rows trained on, validation rows not counted.</summary>
    public long TrainingRows => _run.TrainingRows;

    /// <summary>The records of the epochs so far.</summary>
    public IReadOnlyList<EpochRecord> History => _run.Records;

    /// <summary>The newest record; null before the first epoch has ended.</summary>
    public EpochRecord? Latest => _run.Records.Count == 0 ? null : _run.Records[^1];

    /// <summary>The network's widths and parameters, as <see cref="TakeSnapshot"/> has them.</summary>
    public NetworkLayout Layout => _run.Plan.Layout;

    /// <summary>
    /// A copy of the network as it is now: its weights, and predictions on any rows. Its outputs are raw: logits in
    /// classification, the standardized prediction in regression.
    /// </summary>
    public TrainedNetwork TakeSnapshot() => _run.TakeSnapshot();

    /// <summary>A copy of the gradients of the last step, after clipping; all zero before the first.</summary>
    public IReadOnlyList<NetworkTensor> TakeGradients() => _run.TakeGradients();

    /// <summary>Ends the training after this call; the model is made of what was learned so far.</summary>
    public void Stop() => _run.Stop();
}
