namespace Microsoft.ML.DenseNet;

/// <summary>Trains the trials of one task on one data set.</summary>
internal interface ITrialTrainer
{
    /// <summary>Reads the rows of a trial to say what they are.</summary>
    TuningRows Inspect(TuningValues values, DenseNetOptions options, CancellationToken cancellation);

    /// <summary>Returns the data of a trial, after the steps that its values make, and the fingerprint of its rows.</summary>
    (IDataView Data, string Rows) Prepare(TuningValues values, DenseNetOptions options, CancellationToken cancellation);

    /// <summary>Trains.</summary>
    void Fit(DenseNetOptions options, IDataView prepared);

    /// <summary>Returns the fitted steps of a trial, followed by a network.</summary>
    ITransformer ToModel(TuningValues values, DenseNetOptions options, TrainedNetwork network);
}
