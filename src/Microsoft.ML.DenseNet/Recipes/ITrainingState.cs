namespace Microsoft.ML.DenseNet;

/// <summary>What observers can see of a running training and do to it, through <see cref="TrainingProgress"/>.</summary>
internal interface ITrainingState
{
    TrainingPlan Plan { get; }

    /// <summary>The number of rows trained on.</summary>
    long TrainingRows { get; }

    /// <summary>The number of epochs done so far.</summary>
    IReadOnlyList<EpochRecord> Records { get; }

    /// <summary>Returns a copy of the model's network as it is now.</summary>
    TrainedNetwork TakeSnapshot();

    /// <summary>Returns a copy of the last step's gradients.</summary>
    IReadOnlyList<NetworkTensor> TakeGradients();

    /// <summary>Ends the training before its next epoch.</summary>
    void Stop();
}
